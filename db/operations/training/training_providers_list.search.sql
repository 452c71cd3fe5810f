-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

-- Looked at as schools are: see schools/schools_list.search.sql.
with a as materialized (
	select * from accord.search_plan(:q::text, 'reference.training_provider')
),
looked as materialized (
	select p.code as key, p.name, p.operating_name as others, p.source, p.document @@ (select whole from a) as whole,
		p.source <> 2 or (
			p.document @@ (select query from a)
			and
-- include: training/_filters.sql
		) as fits
	from (
		select 0 as source, i.*
		from reference.training_provider i
		where i.code = (select code from a)
		or i.accredited_number = (select code from a)
		or i.ukprn = (select code from a)
		or i.urn = (select code::integer from a where code ~ '^[0-9]{1,9}$')
		union all (
			select 1, n.*
			from reference.training_provider n
			where n.sort_name >= lower(btrim(:q)) and n.sort_name < lower(btrim(:q)) || U&'\+10FFFF'
			order by n.sort_name, n.code
			limit 1000
		)
		union all (
			select 2, k.*
			from reference.training_provider k
			where k.document @@ (select key from a where not common)
			limit (select most + 1 from a)
		)
		union all (
			select 3, c.*
			from reference.training_provider c
			where c.code > (select '' from a where common)
			order by c.code
			limit (select span from a)
		)
	) p
	cross join lateral (
		select p.grid <->
-- include: schools/_point.sql
			as distance
	) place
	where p.source = 2
	or (
		(p.source < 2 or p.document @@ (select query from a))
		and
-- include: training/_filters.sql
	)
	limit (select most + 1002 from a)
)
-- include: shared/_found.sql
