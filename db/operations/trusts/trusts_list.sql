-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, uid asc
-- order relevance: relevance asc, uid asc
-- search q: relevance

select item.item, t.sort_name, t.uid, fit.relevance
from reference.trust t
cross join lateral (select coalesce((:search_found::jsonb ->> t.uid::text)::integer, 9999) as relevance) fit
cross join lateral (
-- include: trusts/_trust.sql
) item
where
-- include: shared/_search_asked.sql
and (
	:q::text is null
	or t.uid = any(array(
		select key::integer
		from
-- include: shared/_best.sql
	))
)
and
-- include: trusts/_filters.sql
