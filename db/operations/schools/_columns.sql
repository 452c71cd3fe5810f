-- SPDX-License-Identifier: MIT
-- One school as the API shows it, in parts: columns of a select list, for the school "s" at the distance "near.metres".
s.urn as ".urn", s.name as ".name", s.local_authority_brief as ".localAuthority", s.region_brief as ".region",
s.establishment_number as ".establishmentNumber", s.la_estab as ".laEstab", s.ukprn as ".ukprn",
case when s.type_name is not null then s.type_code end as ".type?.code", s.type_name as ".type?.name",
case when s.type_group_name is not null then s.type_group_code end as ".typeGroup?.code",
s.type_group_name as ".typeGroup?.name", s.sector as ".sector", s.status_name as ".status", s.phase_name as ".phase",
s.opened_on as ".openedOn", s.closed_on as ".closedOn", s.statutory_low_age as ".lowAge",
s.statutory_high_age as ".highAge", s.gender_name as ".gender", s.religious_character_name as ".religiousCharacter",
-- include: schools/_measures.sql
, s.street as ".address.street", s.locality as ".address.locality", s.address3 as ".address.address3",
s.town as ".address.town", s.county as ".address.county", s.postcode as ".address.postcode",
s.website as ".website", s.telephone as ".telephone", (
-- include: schools/_trust.sql
) as ".trust", s.longitude as ".location?.longitude", s.latitude as ".location?.latitude",
s.easting as ".location?.easting", s.northing as ".location?.northing", s.location_source as ".locationSource",
s.location_precision_metres as ".locationPrecision", s.source_date as ".sourceDate",
case when near.metres is not null then coalesce(round(near.metres * 10) / 10, accord.late()::double precision) end
	as ".distance",
coalesce('/v1/schools/' || s.urn, accord.late()) as ".self"
