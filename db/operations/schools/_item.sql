-- SPDX-License-Identifier: MIT
-- One school as the API shows it: a select of one row and one column, "item", for the school "s" at the distance
-- "near.metres". A row turned into JSON is faster and shorter than an object built member by member; a row within it
-- costs least when it is of a named type.
select row_to_json(shown) as item
from (
	select s.urn, s.name, s.local_authority_brief as "localAuthority", s.region_brief as "region",
		s.establishment_number as "establishmentNumber", s.la_estab as "laEstab", s.ukprn,
		case when s.type_name is not null then row(s.type_code, s.type_name)::accord.coded end as "type",
		case when s.type_group_name is not null then row(s.type_group_code, s.type_group_name)::accord.coded end
			as "typeGroup",
		s.sector, s.status_name as "status", s.phase_name as "phase",
		s.opened_on as "openedOn", s.closed_on as "closedOn",
		s.statutory_low_age as "lowAge", s.statutory_high_age as "highAge", s.gender_name as "gender",
		s.religious_character_name as "religiousCharacter",
-- include: schools/_measures.sql
		, row(s.street, s.locality, s.address3, s.town, s.county, s.postcode)::accord.address as "address",
		s.website, s.telephone, (
-- include: schools/_trust.sql
		) as "trust",
		case when s.grid is not null then row(s.longitude, s.latitude, s.easting, s.northing)::accord.location end
			as "location",
		s.location_source as "locationSource", s.location_precision_metres as "locationPrecision",
		round(near.metres * 10) / 10 as "distance", s.source_date as "sourceDate", '/v1/schools/' || s.urn as "self"
) shown
