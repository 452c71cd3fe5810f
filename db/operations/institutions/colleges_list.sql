-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, reference asc
-- order distance: distance asc, reference asc

select item.item, i.sort_name, i.reference, place.distance
from reference.institution i
cross join lateral (
	select i.grid <->
-- include: schools/_point.sql
		as distance
) place
cross join lateral (select place.distance as metres) near
cross join lateral (
-- include: institutions/_college.sql
) item
where i.kind = 'college'
and
-- include: shared/_place_asked.sql
and
-- include: institutions/_filters.sql
and (:type::text[] is null or i.college_type = any(:type::text[]))
and (
	:local_authority::text[] is null
	or i.local_authority_code = any(
-- include: shared/_authorities.sql
	)
)
