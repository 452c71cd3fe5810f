-- SPDX-License-Identifier: MIT
-- cost: expensive
-- plan: custom
-- order rank: shortfall asc, id asc
with itself as materialized (
	select
-- include: partners/_profile.sql
		,
-- include: partners/_place.sql
		as place
	from accord.organisations_identified(array['urn:' || :urn::text]) o
	left join reference.school s on s.urn = case when o.kind = 'school' then o.reference::integer end
),
-- include: partners/_ranked.sql
where true
