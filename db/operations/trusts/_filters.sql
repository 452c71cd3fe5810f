-- SPDX-License-Identifier: MIT
-- What lists of trusts may be narrowed by. Without "offset" the schools of all trusts might be read to look at a few.
(:type::text[] is null or t.type_name = any(:type::text[]))
and (:status::text[] is null or t.status = any(:status::text[]))
and (
	:local_authority::text[] is null
	or exists (
		select
		from reference.trust_school j
		join reference.school s on s.urn = j.urn
		where j.uid = t.uid
		and s.local_authority_code = any(
-- include: shared/_authorities.sql
		)
		offset 0
	)
)
