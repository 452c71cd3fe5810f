-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order academicYear: academic_year asc

select item.item, c.academic_year
from reference.census c
cross join lateral (
	select row_to_json(shown) as item
	from (
		select c.academic_year as "academicYear", c.urn, c.school_type as "schoolType",
-- include: schools/_census_pupils.sql
			,
-- include: schools/_census_needs.sql
	) shown
) item
where c.urn = :urn::integer
