-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

with a as materialized (
	select plan.*, 'university' as kind from accord.search_plan(:q::text, 'reference.institution') plan
),
looked as materialized (
	select i.reference as key, i.name, null as others, i.source, i.document @@ (select whole from a) as whole,
		i.source <> 2 or (
			i.document @@ (select query from a)
			and
-- include: institutions/_filters.sql
		) as fits
	from (
-- include: institutions/_sources.sql
	) i
	cross join lateral (
		select i.grid <->
-- include: schools/_point.sql
			as distance
	) place
	where i.source = 2
	or (
		(i.source < 2 or i.document @@ (select query from a))
		and
-- include: institutions/_filters.sql
	)
	limit (select most + 1002 from a)
)
-- include: shared/_found.sql
