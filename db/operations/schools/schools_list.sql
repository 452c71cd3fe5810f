-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, urn asc
-- order pupils: pupils asc, urn asc
-- order fsmPercent: fsm_percent asc, urn asc
-- order distance: distance asc, urn asc
-- order relevance: relevance asc, urn asc
-- search q: relevance

-- The distance is reckoned once a row, and the point once a plan, behind an offset.
select s.sort_name, s.urn, s.pupils, s.fsm_percent, place.distance, fit.relevance,
-- include: schools/_columns.sql
from reference.school s
cross join lateral (
	select
-- include: schools/_distance.sql
		as distance
	offset 0
) place
cross join lateral (select place.distance as metres) near
cross join lateral (select coalesce((:search_found::jsonb ->> s.urn::text)::integer, 9999) as relevance) fit
where
-- include: shared/_place_asked.sql
and
-- include: shared/_search_asked.sql
and (
	:q::text is null
	or s.urn = any(array(
		select key::integer
		from
-- include: shared/_best.sql
	))
)
and (
	coalesce(:age_from::integer <= :age_to::integer, true)
	or accord.demand(false, 'invalid-parameter', 'ageTo', 'ageTo is below ageFrom.')
)
-- The square finds candidates by index, in the order of distance when that is asked for; the circle is what counts.
-- What a search has found is few already, where the index would find thousands.
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and (
			:q::text is not null
			or s.grid && st_expand(
-- include: schools/_point.sql
				,
-- include: schools/_reach.sql
			)
		)
	)
)
and
-- include: schools/_filters.sql
