-- SPDX-License-Identifier: MIT
-- What a search of organisations looks at, as of schools: see schools/schools_list.search.sql. A school's words are its
-- register's; what has no document of its own, as most schools, is looked for there.
select 0 as source, i.kind, i.reference, i.name, i.other_names, i.local_authority_code, i.grid, i.identifiers,
	i.document
from accord.organisations_identified((
	select array(
		select scheme || ':' || code
		from unnest(
			(
				'{urn,laEstab,ukprn,uid,groupId,companiesHouse,gss,laCode,hesaCode,providerCode,accreditedNumber,'
				|| 'charityNumber,odsCode}'
			)::text[]
		) scheme
	)
	from a
)) i
union all (
	select 1, n.kind, n.reference, n.name, n.other_names, n.local_authority_code, n.grid, n.identifiers, n.document
	from reference.organisation n
	where n.sort_name >= lower(btrim(:q)) and n.sort_name < lower(btrim(:q)) || U&'\+10FFFF'
	order by n.sort_name, n.id
	limit 1000
)
union all (
	select 4, d.kind, d.reference, d.name, d.other_names, d.local_authority_code, d.grid, d.identifiers, d.document
	from reference.organisation d
	where d.document @@ (select key from a)
	limit (select most + 1 from a)
)
union all (
	select 2, 'school', k.urn::text, k.name, null, k.local_authority_code, k.grid,
		array['laEstab:' || k.la_estab, 'ukprn:' || k.ukprn, 'urn:' || k.urn], k.document
	from reference.school k
	where k.document @@ (select key from a where not common)
	limit (select most + 1 from a)
)
union all (
	select 3, 'school', c.urn::text, c.name, null, c.local_authority_code, c.grid,
		array['laEstab:' || c.la_estab, 'ukprn:' || c.ukprn, 'urn:' || c.urn], c.document
	from reference.school c
	where c.urn > (select 0 from a where common)
	order by c.urn
	limit (select span from a)
)
