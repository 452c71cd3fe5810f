-- SPDX-License-Identifier: MIT
-- Providers of teacher training in one academic year: staging (code, operating_name, legal_name, ukprn, urn, ...).

update staging
set reason = case
	when code !~ '^[0-9A-Z]{3}$' then format('provider_code: ''%s'' is not a code of three characters', code)
	when academic_year !~ '^[0-9]{4}$' then format('academic_year_code: ''%s'' is not a year', academic_year)
	when (longitude is null) <> (latitude is null) then 'latitude: and longitude are no point'
end
where reason is null;

update staging
set reason = format('provider_code: %s is in the file before, on line %s', code, first_line)
from (
	select code as known_code, academic_year as known_year, min(line) as first_line
	from staging
	where reason is null
	group by code, academic_year
	having count(*) > 1
) as seen
where reason is null and code = known_code and academic_year = known_year and line > first_line;

-- An earlier year's list does not undo a later one's. An accreditation is told by the register of accreditations too.
create temporary table incoming (like reference.training_provider including generated) on commit drop;

insert into incoming (
	code, name, operating_name, ukprn, urn, accredited_number, kind, academic_year, street, locality, address3, town,
	county, postcode, longitude, latitude, grid
)
select distinct on (staging.code)
	staging.code, coalesce(staging.legal_name, case when known.name <> known.operating_name then known.name end,
		staging.operating_name),
	staging.operating_name, staging.ukprn, nullif(staging.urn, 0),
	coalesce(staging.accredited_number, known.accredited_number), staging.kind, staging.academic_year, staging.street,
	staging.locality, staging.address3, staging.town, staging.county, staging.postcode, staging.longitude,
	staging.latitude, st_transform(st_setsrid(st_makepoint(staging.longitude, staging.latitude), 4326), 27700)
from staging
left join reference.training_provider as known on known.code = staging.code
where staging.reason is null and (known.academic_year is null or known.academic_year <= staging.academic_year)
order by staging.code, staging.academic_year desc;

delete from incoming
using reference.training_provider as known
where
	known.code = incoming.code
	and (
		known.name, known.operating_name, known.ukprn, known.urn, known.accredited_number, known.kind,
		known.academic_year, known.street, known.locality, known.address3, known.town, known.county, known.postcode,
		known.longitude, known.latitude
	) is not distinct from (
		incoming.name, incoming.operating_name, incoming.ukprn, incoming.urn, incoming.accredited_number,
		incoming.kind, incoming.academic_year, incoming.street, incoming.locality, incoming.address3, incoming.town,
		incoming.county, incoming.postcode, incoming.longitude, incoming.latitude
	);

with written as (
	insert into reference.training_provider (
		code, name, operating_name, ukprn, urn, accredited_number, kind, academic_year, street, locality, address3,
		town, county, postcode, longitude, latitude, grid
	)
	select
		code, name, operating_name, ukprn, urn, accredited_number, kind, academic_year, street, locality, address3,
		town, county, postcode, longitude, latitude, grid
	from incoming
	on conflict (code) do update
	set (
		name, operating_name, ukprn, urn, accredited_number, kind, academic_year, street, locality, address3, town,
		county, postcode, longitude, latitude, grid
	) = row (
		excluded.name, excluded.operating_name, excluded.ukprn, excluded.urn, excluded.accredited_number,
		excluded.kind, excluded.academic_year, excluded.street, excluded.locality, excluded.address3, excluded.town,
		excluded.county, excluded.postcode, excluded.longitude, excluded.latitude, excluded.grid
	)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
