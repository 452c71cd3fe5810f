-- SPDX-License-Identifier: MIT
-- cost: read
with party as materialized (
-- include: governance/_party.sql
),
measure as (
	select v.name, v.place, min(v.value) as least, max(v.value) as most
	from party
	cross join lateral (
		values (1, 'seats', seats), (2, 'votes', votes), (3, 'chairs', chairs), (4, 'executives', executives),
			(5, 'meetingsHosted', meetings_hosted), (6, 'actionsOwned', owned),
			(7, 'goalsStated', goal_stated::integer), (8, 'responsibilities', responsibilities),
			(9, 'infrastructure', infrastructure)
	) as v (place, name, value)
	group by v.name, v.place
)
select json_build_object(
	'parties', (
		select json_agg(json_build_object(
			'organisation', json_build_object('id', y.organisation_id, 'name', (
				select o.name from reference.organisation o where o.id = y.organisation_id
			)),
			'role', y.role, 'seats', y.seats, 'votes', y.votes, 'chairs', y.chairs, 'executives', y.executives,
			'meetingsHosted', y.meetings_hosted, 'actionsOwned', y.owned, 'actionsDone', y.done,
			'goalsStated', y.goal_stated::integer, 'responsibilities', y.responsibilities,
			'infrastructure', y.infrastructure
		) order by y.organisation_id)
		from party y
	),
	'communities', (
		select coalesce(json_agg(row_to_json(c) order by c.community), '[]')
		from (
			select s.one ->> 'community' as community, count(*) as seats,
				coalesce(sum((s.one ->> 'votes')::integer), 0) as votes
			from restricted.partnership_board b
			cross join lateral jsonb_array_elements(b.seats) as s (one)
			where b.partnership_id = :id::uuid and s.one ->> 'community' is not null
			group by s.one ->> 'community'
		) c
	),
	'measures', (
		select json_agg(json_build_object(
			'measure', m.name, 'least', m.least, 'most', m.most,
			'evenness', case when m.most > 0 then round(m.least::numeric / m.most, 3) end
		) order by m.place)
		from measure m
	),
	'self', '/v1/partnerships/' || p.id || '/parity'
) as body, p.version::text as etag
from restricted.partnership p
where p.id = :id::uuid
and exists (
-- include: governance/_joined.sql
)
