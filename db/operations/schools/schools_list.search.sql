-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

-- Looked at are: 0 who has the identifier, 1 the first thousand names that begin as typed, 2 the first six thousand
-- that have the words, or, where words are common, 3 the first sixty thousand schools. Of those that have the words
-- also what does not fit is kept: how many there are says whether there are more. Filters come before words, which take
-- the longest to compare.
with a as materialized (
	select * from accord.search_plan(:q::text, 'reference.school')
),
looked as materialized (
	select s.urn as key, s.name, null as others, s.source, s.document @@ (select whole from a) as whole,
		s.source <> 2 or (
-- include: schools/_searched.sql
			and s.document @@ (select query from a)
		) as fits
	from (
		select 0 as source, i.*
		from reference.school i
		where i.urn = (select code::integer from a where code ~ '^[0-9]{1,9}$')
		or i.la_estab = (select code from a)
		or i.ukprn = (select code from a)
		union all (
			select 1, n.*
			from reference.school n
			where n.sort_name >= lower(btrim(:q)) and n.sort_name < lower(btrim(:q)) || U&'\+10FFFF'
			order by n.sort_name, n.urn
			limit 1000
		)
		union all (
			select 2, k.*
			from reference.school k
			where k.document @@ (select key from a where not common)
			limit (select most + 1 from a)
		)
		union all (
			select 3, c.*
			from reference.school c
			where c.urn > (select 0 from a where common)
			order by c.urn
			limit (select span from a)
		)
	) s
	where s.source = 2
	or (
-- include: schools/_searched.sql
		and (s.source < 2 or s.document @@ (select query from a))
	)
	limit (select most + 1002 from a)
)
-- include: shared/_found.sql
