-- SPDX-License-Identifier: MIT
-- One organisation as the API shows it: a select of one row and one column, "item", for the organisation "o".
select row_to_json(shown) as item
from (
	select o.id, o.kind, o.name, coalesce(string_to_array(o.other_names, '; '), '{}') as "otherNames", o.status, o.town,
		o.postcode,
		(select a.brief from reference.local_authority a where a.code = o.local_authority_code) as "localAuthority",
		accord.show_identifiers(o.identifiers) as "identifiers", accord.show_resources(o.resources) as "resources",
		case when o.grid is not null then row(
			o.longitude, o.latitude, round(st_x(o.grid))::integer, round(st_y(o.grid))::integer
		)::accord.location end as "location",
		round(near.metres * 10) / 10 as "distance", o.country, o.verification, '/v1/organisations/' || o.id as "self"
) shown
