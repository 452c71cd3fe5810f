-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, id asc
-- order distance: distance asc, id asc
-- order relevance: relevance asc, id asc
-- search q: relevance

-- The distance is reckoned once a row, and the point once a plan, behind an offset.
select o.sort_name, o.id, place.distance, fit.relevance,
-- include: organisations/_columns.sql
from reference.organisation o
cross join lateral (
	select
-- include: organisations/_distance.sql
		as distance
	offset 0
) place
cross join lateral (select place.distance as metres) near
cross join lateral (
	select coalesce((:search_found::jsonb ->> (o.kind || '/' || o.reference))::integer, 9999) as relevance
) fit
where
-- include: shared/_place_asked.sql
and
-- include: shared/_search_asked.sql
-- Registers share references: what was found tells by the kind as well.
and (
	:q::text is null
	or (
		o.reference = any(array(
			select split_part(key, '/', 2)
			from
-- include: shared/_best.sql
		))
		and fit.relevance < 9999
	)
)
-- A search has found few already, where the index over places would find thousands.
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and (
			:q::text is not null
			or o.grid && st_expand(
-- include: schools/_point.sql
				,
-- include: organisations/_reach.sql
			)
		)
	)
)
and
-- include: organisations/_filters.sql
and
-- include: organisations/_identified.sql
