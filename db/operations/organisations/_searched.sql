-- SPDX-License-Identifier: MIT
-- What a search of organisations may be narrowed by, the place included.
(
	:near::text is null
	or o.grid <->
-- include: schools/_point.sql
	<= coalesce(:within::integer, 5000)
)
and
-- include: organisations/_filters.sql
