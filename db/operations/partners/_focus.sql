-- SPDX-License-Identifier: MIT
-- The focus areas of the candidates' notices, and those that they share with "itself".
select r.organisation_id, array_agg(distinct one) as theirs,
	coalesce(array_agg(distinct one) filter (where one = any(own.focus)), '{}') as shared
from own
join published.notice r on r.organisation_id = any(array(select c.id from candidate c))
cross join lateral unnest(r.focus_areas) one
where cardinality(own.focus) > 0
and
-- include: notices/_live.sql
group by r.organisation_id
