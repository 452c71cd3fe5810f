-- SPDX-License-Identifier: MIT
-- One organisation as the API shows it, in parts: columns of a select list, for the organisation "o" at the distance
-- "near.metres".
o.id as ".id", o.kind as ".kind", o.name as ".name",
to_json(coalesce(string_to_array(o.other_names, '; '), '{}')) as ".otherNames", o.status as ".status",
o.town as ".town", o.postcode as ".postcode", (
	select a.brief from reference.local_authority a where a.code = o.local_authority_code
) as ".localAuthority",
accord.show_identifiers(o.identifiers) as ".identifiers", accord.show_resources(o.resources) as ".resources",
o.longitude as ".location?.longitude", o.latitude as ".location?.latitude",
round(st_x(o.grid))::integer as ".location?.easting", round(st_y(o.grid))::integer as ".location?.northing",
round(near.metres * 10) / 10 as ".distance", o.country as ".country", o.verification as ".verification",
'/v1/organisations/' || o.id as ".self"
