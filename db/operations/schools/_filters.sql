-- SPDX-License-Identifier: MIT
-- What lists of schools may be narrowed by, apart from the place. A single value is compared with "=" as well: then an
-- index on (column, sort_name, urn) yields the order too.
(:phase::text[] is null or s.phase_name = any(:phase::text[]))
and (coalesce(cardinality(:phase::text[]), 0) <> 1 or s.phase_name = (:phase::text[])[1])
and (:type::text[] is null or s.type_name = any(:type::text[]))
and (coalesce(cardinality(:type::text[]), 0) <> 1 or s.type_name = (:type::text[])[1])
and (:status::text[] is null or s.status_name = any(:status::text[]))
and (coalesce(cardinality(:status::text[]), 0) <> 1 or s.status_name = (:status::text[])[1])
and (:religious_character::text[] is null or s.religious_character_name = any(:religious_character::text[]))
and (
	coalesce(cardinality(:religious_character::text[]), 0) <> 1
	or s.religious_character_name = (:religious_character::text[])[1]
)
and (:type_group::text[] is null or s.type_group_name = any(:type_group::text[]))
and (:sector::text is null or s.sector = :sector::text)
and (:gender::text[] is null or s.gender_name = any(:gender::text[]))
and (
	:local_authority::text[] is null
	or s.local_authority_code = any(array(
		select a.code
		from reference.local_authority a
		where a.code = any(:local_authority::text[])
		or (a.old_code = any(:local_authority::text[]) and a.status = 'live')
	))
)
and (
	coalesce(cardinality(:local_authority::text[]), 0) <> 1
	or s.local_authority_code = (
		select a.code
		from reference.local_authority a
		where a.code = (:local_authority::text[])[1]
		or (a.old_code = (:local_authority::text[])[1] and a.status = 'live')
	)
)
and (
	:region::text[] is null
	or s.local_authority_code = any(array(
		select a.code from reference.local_authority a where a.region_code = any(:region::text[])
	))
)
and (
	coalesce(:age_from::integer, :age_to::integer) is null
	or (
		s.statutory_low_age <= coalesce(:age_from::integer, :age_to::integer)
		and s.statutory_high_age >= coalesce(:age_to::integer, :age_from::integer)
	)
)
and (:fsm_percent_min::numeric is null or s.fsm_percent >= :fsm_percent_min::numeric)
and (:fsm_percent_max::numeric is null or s.fsm_percent <= :fsm_percent_max::numeric)
and (:pupils_min::integer is null or s.pupils >= :pupils_min::integer)
and (:pupils_max::integer is null or s.pupils <= :pupils_max::integer)
