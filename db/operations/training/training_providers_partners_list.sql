-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order name: party_name asc, accredited_code asc, partner_code asc

select item.item, party.party_name, p.accredited_code, p.partner_code
from reference.training_partnership p
cross join lateral (
	select case when p.accredited_code = :code::text then 'accredits' else 'accreditedBy' end as relation,
		case when p.accredited_code = :code::text then p.partner_code else p.accredited_code end as code,
		case when p.accredited_code = :code::text then p.partner_name else p.accredited_name end as name,
		case when p.accredited_code = :code::text then p.partner_sort_name else p.accredited_sort_name end as party_name
) party
cross join lateral (
	select row_to_json(shown) as item
	from (
		select party.code, party.name, party.relation,
			p.academic_year || lpad(((p.academic_year::integer + 1) % 100)::text, 2, '0') as "academicYear", (
				select '/v1/training-providers/' || known.code
				from reference.training_provider known
				where known.code = party.code
			) as "self"
	) shown
) item
where (
	coalesce((left(:academic_year::text, 4)::integer + 1) % 100 = right(:academic_year::text, 2)::integer, true)
	or accord.demand(false, 'invalid-parameter', 'academicYear', 'The last two digits are those of the next year.')
)
and (p.accredited_code = :code::text or p.partner_code = :code::text)
and p.academic_year =
-- include: training/_year.sql
