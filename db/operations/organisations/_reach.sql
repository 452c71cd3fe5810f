-- SPDX-License-Identifier: MIT
-- How far a page has to look: as far as it was asked to; but the first page of the nearest only to the last that it
-- holds. That one an index finds at once, which knows no tie-breaker and so cannot order the page itself.
case when :request_order::text = 'distance' and :after::text is null then (
	select coalesce(max(nearest.distance) + 1, 1)
	from (
		select o.grid <->
-- include: schools/_point.sql
			as distance
		from reference.organisation o
		where o.grid && st_expand(
-- include: schools/_point.sql
			, coalesce(:within::integer, 5000)
		)
		and
-- include: organisations/_filters.sql
		and
-- include: organisations/_identified.sql
		order by distance
		limit :limit::bigint + 1
	) nearest
) else coalesce(:within::integer, 5000) end
