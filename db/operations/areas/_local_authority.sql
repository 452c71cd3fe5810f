-- SPDX-License-Identifier: MIT
-- One local authority as the API shows it: a select of one row and one column, "item", for the authority "a"; the
-- statement around it says whether its boundary is "shown".
select case when shown.boundary then (
		select row_to_json(whole)
		from (
			select a.code, a.old_code as "oldCode", a.name, region.json as "region", a.status,
				a.opened_on as "openedOn", a.closed_on as "closedOn",
				'/v1/local-authorities/' || a.code as "self", a.boundary_geojson as "boundary"
		) whole
	) else (
		select row_to_json(part)
		from (
			select a.code, a.old_code as "oldCode", a.name, region.json as "region", a.status,
				a.opened_on as "openedOn", a.closed_on as "closedOn",
				'/v1/local-authorities/' || a.code as "self"
		) part
	) end as item
from (
	select (
		select row_to_json(m)
		from (select r.code, r.name from reference.region r where r.code = a.region_code) m
	) as json
) region
