-- SPDX-License-Identifier: MIT
-- What universities and colleges, the institution "i", both show at their end. Columns of a select list.
i.opened_on as "openedOn", i.closed_on as "closedOn", i.closed_year as "closedYear", (
	select row_to_json(m)
	from (select i.street, i.locality, i.address3, i.town, i.county, i.postcode) m
) as "address",
i.website, i.telephone, (
	select row_to_json(m)
	from (
		select i.longitude, i.latitude, round(st_x(i.grid))::integer as easting,
			round(st_y(i.grid))::integer as northing
	) m
	where i.grid is not null
) as "location",
round(near.metres * 10) / 10 as "distance", i.source_date as "sourceDate"
