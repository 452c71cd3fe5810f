-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

-- Schools that fit all else, of which nobody can say how near they are.
select json_build_object('withoutLocation', placeless.schools) as body
from (
	select count(*) as schools
	from reference.school s
	where s.grid is null
	and
-- include: schools/_filters.sql
) placeless
where :near::text is not null
