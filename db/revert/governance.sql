-- SPDX-License-Identifier: MIT
-- Revert accord:governance from pg

begin;

drop function accord.keep_review(uuid, uuid, jsonb);
drop function accord.keep_meeting(uuid, uuid, jsonb);
drop function accord.keep_board(uuid, uuid, jsonb);
drop function accord.organisations_of(jsonb);
drop function accord.demand_members(uuid, uuid[], text);
drop function accord.demand_governing(uuid);
drop table restricted.partnership_review, restricted.partnership_meeting, restricted.partnership_board;
drop function accord.governance_limit(text);

commit;
