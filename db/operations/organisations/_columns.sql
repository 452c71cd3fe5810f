-- SPDX-License-Identifier: MIT
-- One organisation as the API shows it, in parts: columns of a select list, for the organisation "o" at the distance
-- "near.metres".
o.id as ".id", o.kind as ".kind", o.name as ".name",
coalesce(
	case when o.other_names is null then '[]'::json else to_json(string_to_array(o.other_names, '; ')) end,
	accord.late()::json
) as ".otherNames",
o.status as ".status",
o.town as ".town", o.postcode as ".postcode", (
	select a.brief from reference.local_authority a where a.code = o.local_authority_code
) as ".localAuthority",
coalesce(accord.show_identifiers(o.identifiers), accord.late()::json) as ".identifiers",
coalesce(accord.show_resources(o.resources), accord.late()::json) as ".resources",
o.longitude as ".location?.longitude", o.latitude as ".location?.latitude",
case when o.grid is not null then coalesce(round(st_x(o.grid))::integer, accord.late()::integer) end
	as ".location?.easting",
case when o.grid is not null then coalesce(round(st_y(o.grid))::integer, accord.late()::integer) end
	as ".location?.northing",
case when near.metres is not null then coalesce(round(near.metres * 10) / 10, accord.late()::double precision) end
	as ".distance",
o.country as ".country", o.verification as ".verification",
coalesce('/v1/organisations/' || o.id, accord.late()) as ".self"
