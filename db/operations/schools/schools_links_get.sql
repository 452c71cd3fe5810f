-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

-- A link is known when either school has it. Successors are followed until a school that is not known to have closed,
-- also through schools that the register does not have; one that was reached before is not followed again.
with recursive step as (
	select l.urn, l.link_urn
	from reference.school_link l
	where l.link_type like 'Successor%'
	union all
	select l.link_urn, l.urn
	from reference.school_link l
	where l.link_type like 'Predecessor%'
),
reached as (
	select s.urn, coalesce(s.status_name = 'Closed', false) as closed
	from reference.school s
	where s.urn = :urn::integer
	union
	select step.link_urn, case when known.urn is not null then coalesce(known.status_name = 'Closed', false) end
	from reached
	join step on step.urn = reached.urn
	left join reference.school known on known.urn = step.link_urn
	where coalesce(reached.closed, true)
)
select row_to_json(shown) as body
from (
	select s.urn, s.name, s.status_name as "status", s.closed_on as "closedOn",
		coalesce(links.json, '[]') as "links", coalesce(ends.living, '[]') as "current",
		coalesce(ends.unknown, '[]') as "unknown", '/v1/schools/' || s.urn || '/links' as "self"
	from reference.school s
	cross join lateral (
-- include: schools/_links.sql
	) links
	cross join lateral (
		select json_agg(living.json order by reached.urn) filter (where not reached.closed) as living,
			json_agg(reached.urn order by reached.urn) filter (
				where known.urn is null and not exists (select from step where step.urn = reached.urn)
			) as unknown
		from reached
		left join reference.school known on known.urn = reached.urn
		left join lateral (
			select row_to_json(m) as json
			from (
				select known.urn, known.name, known.status_name as "status", '/v1/schools/' || known.urn as "self"
			) m
		) living on true
	) ends
	where s.urn = :urn::integer
) shown
