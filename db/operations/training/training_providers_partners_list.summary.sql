-- SPDX-License-Identifier: MIT
-- cost: read

-- Of which year the page tells, and of which years there is something to tell of this provider.
select row_to_json(shown) as body
from (
	select (
			select asked.year || lpad(((asked.year::integer + 1) % 100)::text, 2, '0')
			from (
				select
-- include: training/_year.sql
					as year
			) asked
		) as "academicYear", coalesce((
			select json_agg(y.begins || lpad(((y.begins::integer + 1) % 100)::text, 2, '0') order by y.begins desc)
			from (
				select a.academic_year as begins
				from reference.training_partnership a
				where a.accredited_code = :code::text
				union
				select b.academic_year from reference.training_partnership b where b.partner_code = :code::text
			) y
		), '[]') as "academicYears"
) shown
