-- SPDX-License-Identifier: MIT
-- What lists of notices may be narrowed by, apart from the place.
(:kind::text is null or r.kind = :kind::text)
and (:organisation::uuid is null or r.organisation_id = :organisation::uuid)
and (
	:local_authority::text[] is null
	or (select o.local_authority_code from reference.organisation o where o.id = r.organisation_id) = any(
-- include: shared/_authorities.sql
	)
)
and (
	:available_on::date is null
	or :available_on::date between coalesce(r.starts_on, '-infinity') and coalesce(r.ends_on, 'infinity')
)
and
-- include: shared/_terms.sql
and
-- include: shared/_schooling.sql
and
-- include: shared/_written.sql
