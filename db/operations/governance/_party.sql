-- SPDX-License-Identifier: MIT
-- What each accepted member of the partnership has and does, in numbers: a select of a row a member.
select m.organisation_id, m.role, m.goal is not null as goal_stated,
	cardinality(m.responsibilities) as responsibilities, cardinality(m.infrastructure) as infrastructure, seats.seats,
	seats.votes, seats.chairs, seats.executives, (
		select count(*)::integer
		from restricted.partnership_meeting h
		where h.partnership_id = m.partnership_id and h.host_id = m.organisation_id
	) as meetings_hosted, acts.owned, acts.done
from restricted.partnership_member m
cross join lateral (
	select count(*)::integer as seats, coalesce(sum((s.one ->> 'votes')::integer), 0)::integer as votes,
		count(*) filter (where s.one ->> 'role' = 'chair')::integer as chairs,
		count(*) filter (where s.one ->> 'seniority' = 'executive')::integer as executives
	from restricted.partnership_board b
	cross join lateral jsonb_array_elements(b.seats) as s (one)
	where b.partnership_id = m.partnership_id and (s.one ->> 'organisation')::uuid = m.organisation_id
) seats
cross join lateral (
	select count(*)::integer as owned, count(*) filter (where a.one ->> 'state' = 'done')::integer as done
	from restricted.partnership_meeting t
	cross join lateral jsonb_array_elements(t.actions) as a (one)
	where t.partnership_id = m.partnership_id and (a.one ->> 'organisation')::uuid = m.organisation_id
) acts
where m.partnership_id = :id::uuid
and m.state = 'accepted'
