-- SPDX-License-Identifier: MIT
-- One organisation as the API shows it: a select of one row and one column, "item", for the organisation "o".
select row_to_json(shown) as item
from (
	select o.id, o.kind, o.name, coalesce(string_to_array(o.other_names, '; '), '{}') as "otherNames", o.status, o.town,
		o.postcode,
		(select a.brief from reference.local_authority a where a.code = o.local_authority_code) as "localAuthority", (
			select coalesce(json_agg(row_to_json(m)), '[]')
			from (
				select
					case split_part(one, ':', 1)
						when 'companiesHouse' then 'companiesHouseNumber' else split_part(one, ':', 1)
					end as scheme,
					split_part(one, ':', 2) as value
				from unnest(o.identifiers) one
			) m
		) as "identifiers", (
			select coalesce(json_agg(row_to_json(m)), '[]')
			from (
				select split_part(one, ' ', 1) as kind, split_part(one, ' ', 2) as href from unnest(o.resources) one
			) m
		) as "resources", (
			select row_to_json(m)
			from (
				select o.longitude, o.latitude, round(st_x(o.grid))::integer as easting,
					round(st_y(o.grid))::integer as northing
			) m
			where o.grid is not null
		) as "location",
		round(near.metres * 10) / 10 as "distance", o.country, o.verification, '/v1/organisations/' || o.id as "self"
) shown
