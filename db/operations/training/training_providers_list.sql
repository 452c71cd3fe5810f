-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, code asc
-- order code: code asc
-- order distance: distance asc, code asc
-- order relevance: relevance asc, code asc
-- search q: relevance

select item.item, p.sort_name, p.code, place.distance, fit.relevance
from reference.training_provider p
cross join lateral (
	select p.grid <->
-- include: schools/_point.sql
		as distance
) place
cross join lateral (select place.distance as metres) near
cross join lateral (select coalesce((:search_found::jsonb ->> p.code)::integer, 9999) as relevance) fit
cross join lateral (
-- include: training/_provider.sql
) item
where
-- include: shared/_place_asked.sql
and
-- include: shared/_search_asked.sql
and (
	:q::text is null
	or p.code = any(array(
		select key
		from
-- include: shared/_best.sql
	))
)
and
-- include: training/_filters.sql
