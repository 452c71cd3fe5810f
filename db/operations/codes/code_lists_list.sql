-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order name: name asc

select item.item, l.name
from reference.code_list l
cross join lateral (
	select row_to_json(shown) as item
	from (select l.name, l.codes, l.dated, '/v1/code-lists/' || l.name as "self") shown
) item
where true
