-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

select item.item as body
from reference.organisation o
cross join (select null::double precision as metres) near
cross join lateral (
-- include: organisations/_organisation.sql
) item
where o.id = :id::uuid
