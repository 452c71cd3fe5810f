-- SPDX-License-Identifier: MIT
-- Revert accord:engine from pg

begin;

drop procedure accord.protect(text[]);
drop function accord.constraint_meanings();
drop function accord.store_reply(text, text, text, text, text, smallint, text, text, text);
drop function accord.claim_key(text, text, text, text, text);
drop table accord.idempotency;
drop function accord.open_session();
drop function accord.late();
drop function accord.demand(boolean, text, text, text);
drop function accord.refuse(text, text, text);
drop function accord.today();
drop function accord.day_of(timestamptz);
drop function accord.now();

commit;
