-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

select item.item as body
from reference.school s
cross join (select null::double precision as metres) near
cross join lateral (
-- include: schools/_item.sql
) item
where s.urn = :urn::integer
