-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

-- Schools that fit all else, of which nobody can say how near they are.
select json_build_object('withoutLocation', count(*)) as body
from reference.school s
where s.grid is null
and :near::text is not null
and
-- include: schools/_filters.sql
having :near::text is not null
