-- SPDX-License-Identifier: MIT
-- What a search of organisations may be narrowed by, the place included: most lie out of its square, which costs the
-- least to see.
(
	:near::text is null
	or (
		o.grid && st_expand(
-- include: schools/_point.sql
			, coalesce(:within::integer, 5000)
		)
		and
-- include: organisations/_distance.sql
		<= coalesce(:within::integer, 5000)
	)
)
and
-- include: organisations/_filters.sql
and (
	cardinality(
-- include: organisations/_identifiers.sql
	) = 0
	or o.identifiers @>
-- include: organisations/_identifiers.sql
)
