-- SPDX-License-Identifier: MIT
-- What colleges alone may be narrowed by.
(:type::text[] is null or i.college_type = any(:type::text[]))
and (
	:local_authority::text[] is null
	or i.local_authority_code = any(
-- include: shared/_authorities.sql
	)
)
