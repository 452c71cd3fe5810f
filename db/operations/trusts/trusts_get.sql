-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

select item.item as body
from reference.trust t
cross join lateral (
-- include: trusts/_trust.sql
) item
where t.uid = :uid::integer
