-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

-- Filters come before words, which take the longest to compare.
with a as materialized (
	select * from accord.search_plan(:q::text, 'reference.school')
),
looked as materialized (
	select o.kind || '/' || o.reference as key, o.name, o.other_names as others, o.source,
		coalesce(o.document @@ (select whole from a), false) as whole,
		o.source not in (2, 4) or (
-- include: organisations/_searched.sql
			and o.document @@ (select query from a)
		) as fits
	from (
-- include: organisations/_sources.sql
	) o
	where o.source in (2, 4)
	or (
-- include: organisations/_searched.sql
		and (o.source < 2 or o.document @@ (select query from a))
	)
	limit (select 2 * most + 1003 from a)
)
-- include: shared/_found.sql
