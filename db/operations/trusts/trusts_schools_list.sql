-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order name: sort_name asc, urn asc

select item.item, s.sort_name, s.urn
from reference.school s
cross join (select null::double precision as metres) near
cross join lateral (
-- include: schools/_item.sql
) item
where s.urn in (select member.urn from reference.trust_school member where member.uid = :uid::integer)
