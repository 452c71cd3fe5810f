-- SPDX-License-Identifier: MIT
-- One school as the API shows it: a select of one row and one column, "item", for the school "s" at the distance
-- "near.metres". A row turned into JSON is faster and shorter than an object built member by member; authority and
-- region are asked for row by row, which leaves the statement around it a plain scan of schools in their order.
select row_to_json(shown) as item
from (
	select s.urn, s.name,
		(select a.brief from reference.local_authority a where a.code = s.local_authority_code) as "localAuthority",
		(select a.region_brief from reference.local_authority a where a.code = s.local_authority_code) as "region",
		s.establishment_number as "establishmentNumber", s.la_estab as "laEstab", s.ukprn, (
			select row_to_json(m)
			from (select s.type_code as code, s.type_name as name) m where s.type_name is not null
		) as "type", (
			select row_to_json(m)
			from (select s.type_group_code as code, s.type_group_name as name) m where s.type_group_name is not null
		) as "typeGroup",
		s.sector, s.status_name as "status", s.phase_name as "phase",
		s.opened_on as "openedOn", s.closed_on as "closedOn",
		s.statutory_low_age as "lowAge", s.statutory_high_age as "highAge", s.gender_name as "gender",
		s.religious_character_name as "religiousCharacter",
-- include: schools/_measures.sql
		, (
			select row_to_json(m)
			from (select s.street, s.locality, s.address3, s.town, s.county, s.postcode) m
		) as "address",
		s.website, s.telephone, (
-- include: schools/_trust.sql
		) as "trust", (
			select row_to_json(m)
			from (select s.longitude, s.latitude, s.easting, s.northing) m
			where s.grid is not null
		) as "location",
		s.location_source as "locationSource", s.location_precision_metres as "locationPrecision",
		round(near.metres::numeric, 1) as "distance", s.source_date as "sourceDate", '/v1/schools/' || s.urn as "self"
	from (
		select
-- include: shared/_reasons.sql
			as reasons
	) symbol
) shown
