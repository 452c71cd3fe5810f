-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order code: code asc

select item.item, r.code
from reference.region r
cross join lateral (
	select row_to_json(shown) as item from (select r.code, r.name) shown
) item
where true
