-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order name: sort_name asc, urn asc

select s.sort_name, s.urn,
-- include: schools/_columns.sql
from reference.school s
cross join (select null::double precision as metres) near
where s.urn in (select member.urn from reference.trust_school member where member.uid = :uid::integer)
