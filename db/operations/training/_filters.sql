-- SPDX-License-Identifier: MIT
-- What lists of training providers may be narrowed by.
(:kind::text[] is null or p.kind = any(:kind::text[]))
and (:accredited::boolean is null or :accredited::boolean = (p.accredited_number is not null))
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and p.grid && st_expand(
-- include: schools/_point.sql
			, coalesce(:within::integer, 5000)
		)
	)
)
