-- SPDX-License-Identifier: MIT
-- What lists of organisations may be narrowed by, apart from place and identifiers. A single value is compared with "="
-- as well: then an index on (column, sort_name, id) yields the order too.
(:kind::text[] is null or o.kind = any(:kind::text[]))
and (coalesce(cardinality(:kind::text[]), 0) <> 1 or o.kind = (:kind::text[])[1])
and (
	:local_authority::text[] is null
	or o.local_authority_code = any(
-- include: shared/_authorities.sql
	)
)
and (
	coalesce(cardinality(:local_authority::text[]), 0) <> 1
	or o.local_authority_code = (
		select a.code
		from reference.local_authority a
		where a.code = (:local_authority::text[])[1]
		or (a.old_code = (:local_authority::text[])[1] and a.status = 'live')
	)
)
