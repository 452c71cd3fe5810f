-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, code asc
-- order code: code asc

select item.item, a.sort_name, a.code
from reference.local_authority a
cross join lateral (
	select coalesce(:boundary::boolean, false) or :request_format::text = 'geojson' as boundary
) shown
cross join lateral (
-- include: areas/_local_authority.sql
) item
where (:region::text[] is null or a.region_code = any(:region::text[]))
and (:status::text is null or a.status = :status::text)
