-- SPDX-License-Identifier: MIT
-- Revert accord:finding from pg

begin;

drop table published.partner_pair;

commit;
