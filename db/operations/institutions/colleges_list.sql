-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, reference asc
-- order distance: distance asc, reference asc
-- order relevance: relevance asc, reference asc
-- search q: relevance

select item.item, i.sort_name, i.reference, place.distance, fit.relevance
from reference.institution i
cross join lateral (
	select i.grid <->
-- include: schools/_point.sql
		as distance
) place
cross join lateral (select place.distance as metres) near
cross join lateral (select coalesce((:search_found::jsonb ->> i.reference)::integer, 9999) as relevance) fit
cross join lateral (
-- include: institutions/_college.sql
) item
where i.kind = 'college'
and
-- include: shared/_place_asked.sql
and
-- include: shared/_search_asked.sql
and (
	:q::text is null
	or i.reference = any(array(
		select key
		from
-- include: shared/_best.sql
	))
)
and
-- include: institutions/_filters.sql
and
-- include: institutions/_college_filters.sql
