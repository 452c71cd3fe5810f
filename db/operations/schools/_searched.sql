-- SPDX-License-Identifier: MIT
-- What a search of schools may be narrowed by, the place included.
(
	:near::text is null
	or
-- include: schools/_distance.sql
	<= coalesce(:within::integer, 5000)
)
and
-- include: schools/_filters.sql
