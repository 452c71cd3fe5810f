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
	from reference.organisation o
	left join reference.school s on s.urn = case when o.kind = 'school' then o.reference::integer end
	where o.identifiers @> array['urn:' || :urn::text]
),
-- include: partners/_ranked.sql
where true
