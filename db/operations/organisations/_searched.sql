-- SPDX-License-Identifier: MIT
-- What a search of organisations may be narrowed by, the place included.
(
	:near::text is null
	or
-- include: organisations/_distance.sql
	<= coalesce(:within::integer, 5000)
)
and
-- include: organisations/_filters.sql
and o.identifiers @>
-- include: organisations/_identifiers.sql
