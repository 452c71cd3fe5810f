-- SPDX-License-Identifier: MIT
-- Revert accord:governance from pg

begin;

set local role accord_owner;

create or replace function accord.record_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return accord.partnership_bytes($1) + accord.agreements_bytes($1);
end
$$;

drop function accord.keep_review(uuid, uuid, jsonb);
drop function accord.keep_meeting(uuid, uuid, jsonb);
drop function accord.keep_board(uuid, uuid, jsonb);
drop function accord.demand_minutes(uuid, uuid, jsonb);
drop function accord.note_governance(uuid, text, uuid, boolean);
alter table restricted.partnership_event drop column record_id;
drop function accord.governance_bytes(uuid);
drop function accord.organisations_of(jsonb);
drop function accord.demand_members(uuid, uuid[], text);
drop function accord.demand_governing(uuid);
drop table restricted.partnership_review, restricted.partnership_meeting, restricted.partnership_board;
drop function accord.governance_limit(text);

commit;
