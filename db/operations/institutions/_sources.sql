-- SPDX-License-Identifier: MIT
-- The institutions of the kind of the plan "a" that a search looks at, as schools are: see
-- schools/schools_list.search.sql.
select 0 as source, i.*
from reference.institution i
where i.kind = (select kind from a)
and (
	i.reference = (select code from a)
	or i.ukprn = (select code from a)
	or i.hesa_code = (select code from a)
	or i.urn = (select code::integer from a where code ~ '^[0-9]{1,9}$')
)
union all (
	select 1, n.*
	from reference.institution n
	where n.kind = (select kind from a)
	and n.sort_name >= lower(btrim(:q)) and n.sort_name < lower(btrim(:q)) || U&'\+10FFFF'
	order by n.sort_name, n.reference
	limit 1000
)
union all (
	select 2, k.*
	from reference.institution k
	where k.document @@ (select key from a where not common)
	and k.kind = (select kind from a)
	limit (select most + 1 from a)
)
union all (
	select 3, c.*
	from reference.institution c
	where c.reference > (select '' from a where common)
	and c.kind = (select kind from a)
	order by c.reference
	limit (select span from a)
)
