-- SPDX-License-Identifier: MIT
-- One school as the API shows it: a select of one row and one column, "item", for the school "s" at the distance
-- "near.metres".
-- A row turned into JSON is faster than an object built member by member; authority and region are asked for
-- row by row, which leaves the statement around it a plain scan of schools in their order.
select row_to_json(shown) as item
from (
	select s.urn, s.name, (
			select json_build_object('code', a.code, 'oldCode', a.old_code, 'name', a.name)
			from reference.local_authority a
			where a.code = s.local_authority_code
		) as "localAuthority", (
			select json_build_object('code', r.code, 'name', r.name)
			from reference.region r
			where r.code = (select a.region_code from reference.local_authority a where a.code = s.local_authority_code)
		) as "region",
		s.establishment_number as "establishmentNumber", s.la_estab as "laEstab", s.ukprn,
		case when s.type_name is not null then json_build_object('code', s.type_code, 'name', s.type_name) end as "type",
		case when s.type_group_name is not null then
			json_build_object('code', s.type_group_code, 'name', s.type_group_name)
		end as "typeGroup",
		s.sector, s.status_name as "status", s.phase_name as "phase", s.opened_on as "openedOn", s.closed_on as "closedOn",
		s.statutory_low_age as "lowAge", s.statutory_high_age as "highAge", s.gender_name as "gender",
		s.religious_character_name as "religiousCharacter",
		json_build_object(
			'value', s.capacity, 'symbol', s.capacity_symbol, 'reason', symbol.reasons ->> s.capacity_symbol
		) as "capacity",
		json_build_object(
			'value', s.pupils, 'symbol', s.pupils_symbol, 'reason', symbol.reasons ->> s.pupils_symbol
		) as "pupils",
		json_build_object(
			'value', s.fsm_percent, 'symbol', s.fsm_percent_symbol, 'reason', symbol.reasons ->> s.fsm_percent_symbol
		) as "fsmPercent",
		json_build_object(
			'street', s.street, 'locality', s.locality, 'address3', s.address3, 'town', s.town, 'county', s.county,
			'postcode', s.postcode
		) as "address",
		s.website, s.telephone,
		case when s.grid is not null then
			json_build_object(
				'longitude', s.longitude, 'latitude', s.latitude, 'easting', s.easting, 'northing', s.northing
			)
		end as "location",
		round(near.metres::numeric, 1) as "distance", s.source_date as "sourceDate", '/v1/schools/' || s.urn as "self"
	from (
		select json '{"c": "Confidential", "low": "Rounds to zero", "u": "Unreliable", "x": "Unavailable in the source",
			"z": "Not applicable"}' as reasons
	) symbol
) shown
