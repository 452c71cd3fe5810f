-- SPDX-License-Identifier: MIT
-- Verify accord:partnerships on pg

begin;

select machine, from_state, action, to_state, who, scope from published.machine_step where false;
select id, title, sort_title, summary, type, areas, focus_areas, phases, years, subjects, coverage, starts_on, ends_on,
	form, aims, visibility, state, in_force, events, receipts, last_receipt, created_by, created_at, proposed_at,
	activated_at, ended_at, version
from restricted.partnership
where false;
select partnership_id, organisation_id, role, offered_role, state, signed, challenged, goal, responsibilities,
	infrastructure, reason, invited_at, accepted_at
from restricted.partnership_member
where false;
select partnership_id, organisation_id, kind, name, title, email from restricted.partnership_contact where false;
select partnership_id, number, at, action, organisation_id, member_id, agreement, reason
from restricted.partnership_event
where false;
select id, title, state, activated_at from published.partnership where false;
select partnership_id, organisation_id, role from published.partnership_member where false;

do $$
begin
	assert not exists (
		select
		from published.machine_step as s
		where s.who <> 'service' and s.scope is null
	), 'whatever somebody may do takes a scope';
end
$$;

rollback;
