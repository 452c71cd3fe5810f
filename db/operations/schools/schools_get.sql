-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

select
-- include: schools/_columns.sql
from reference.school s
cross join (select null::double precision as metres) near
where s.urn = :urn::integer
