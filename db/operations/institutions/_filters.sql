-- SPDX-License-Identifier: MIT
-- What lists of institutions may be narrowed by: whether they have closed, and how near they are.
(:closed::boolean is null or :closed::boolean = (coalesce(i.closed_on::text, i.closed_year::text) is not null))
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and i.grid && st_expand(
-- include: schools/_point.sql
			, coalesce(:within::integer, 5000)
		)
	)
)
