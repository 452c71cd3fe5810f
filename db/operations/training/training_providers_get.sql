-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

select item.item as body
from reference.training_provider p
cross join (select null::double precision as metres) near
cross join lateral (
-- include: training/_provider.sql
) item
where p.code = :code::text
