-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, id asc
-- order distance: distance asc, id asc

select item.item, o.sort_name, o.id, place.distance
from reference.organisation o
cross join lateral (
	select o.grid <->
-- include: schools/_point.sql
		as distance
) place
cross join lateral (select place.distance as metres) near
cross join lateral (
-- include: organisations/_organisation.sql
) item
where
-- include: shared/_place_asked.sql
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and o.grid && st_expand(
-- include: schools/_point.sql
			,
-- include: organisations/_reach.sql
		)
	)
)
and
-- include: organisations/_filters.sql
