-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

-- Looked at as schools are: see schools/schools_list.search.sql.
with a as materialized (
	select * from accord.search_plan(:q::text, 'reference.trust', :local_authority::text[] is not null)
),
looked as materialized (
	select t.uid as key, t.name, null as others, t.source, t.document @@ (select whole from a) as whole,
		t.source <> 2 or (
			t.document @@ (select query from a)
			and
-- include: trusts/_filters.sql
		) as fits
	from (
		select 0 as source, i.*
		from reference.trust i
		where i.uid = (select code::integer from a where code ~ '^[0-9]{1,9}$')
		or i.group_id = (select code from a)
		or i.companies_house_number = (select code from a)
		or i.ukprn = (select code from a)
		union all (
			select 1, n.*
			from reference.trust n
			where n.sort_name >= lower(btrim(:q)) and n.sort_name < lower(btrim(:q)) || U&'\+10FFFF'
			order by n.sort_name, n.uid
			limit (select least(most, 1000) from a)
		)
		union all (
			select 2, k.*
			from reference.trust k
			where k.document @@ (select key from a where not common)
			limit (select most + 1 from a)
		)
		union all (
			select 3, c.*
			from reference.trust c
			where c.uid > (select 0 from a where common)
			order by c.uid
			limit (select span from a)
		)
	) t
	where t.source = 2
	or (
		(t.source < 2 or t.document @@ (select query from a))
		and
-- include: trusts/_filters.sql
	)
	limit (select most + 1002 from a)
)
-- include: shared/_found.sql
