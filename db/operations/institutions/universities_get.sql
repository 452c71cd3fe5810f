-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

select item.item as body
from reference.institution i
cross join (select null::double precision as metres) near
cross join lateral (
-- include: institutions/_university.sql
) item
where i.kind = 'university'
and i.reference = :ukprn::text
