-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order code: code asc

select item.item, c.code
from reference.code c
cross join lateral (
	select row_to_json(shown) as item
	from (select c.code, c.name, c.description, c.valid_from as "validFrom", c.valid_to as "validTo") shown
) item
where c.list = :name::text
and (
	:valid_on::date is null
	or :valid_on::date between coalesce(c.valid_from, '-infinity') and coalesce(c.valid_to, 'infinity')
)
