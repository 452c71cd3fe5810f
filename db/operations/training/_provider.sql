-- SPDX-License-Identifier: MIT
-- One training provider as the API shows it: a select of one row and one column, "item", for the provider "p".
select row_to_json(shown) as item
from (
	select p.code, p.name, p.operating_name as "operatingName", p.kind, p.accredited_number is not null as "accredited",
		p.accredited_number as "accreditedNumber", p.ukprn, p.urn, year.name as "academicYear", (
			select row_to_json(m)
			from (select p.street, p.locality, p.address3, p.town, p.county, p.postcode) m
		) as "address", (
			select row_to_json(m)
			from (
				select p.longitude, p.latitude, round(st_x(p.grid))::integer as easting,
					round(st_y(p.grid))::integer as northing
			) m
			where p.grid is not null
		) as "location",
		round(near.metres * 10) / 10 as "distance", '/v1/training-providers/' || p.code as "self"
	from (
		select p.academic_year || lpad(((p.academic_year::integer + 1) % 100)::text, 2, '0') as name
	) year
) shown
