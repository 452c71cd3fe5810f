-- SPDX-License-Identifier: MIT
-- Addresses of universities, from the list of providers of teacher training; a college's UKPRN where it has its URN.

update staging
set skipped = true
where
	reason is null
	and not (
		(kind = 'hei' and exists (select from reference.institution where reference = staging.ukprn))
		or exists (
			select from reference.institution where reference = staging.urn::text and institution.kind = 'college'
		)
	);

update staging
set reason = format('ukprn: %s is in the file before, on line %s', ukprn, first_line)
from (
	select ukprn as known, min(line) as first_line
	from staging
	where reason is null and not skipped
	group by ukprn
	having count(*) > 1
) as seen
where reason is null and not skipped and ukprn = known and line > first_line;

with written as (
	update reference.institution as known
	set ukprn = staging.ukprn
	from staging
	where
		staging.reason is null
		and not staging.skipped
		and staging.ukprn is not null
		and known.kind = 'college'
		and known.reference = staging.urn::text
		and known.ukprn is distinct from staging.ukprn
	returning known.reference
)
insert into outcome (inserted)
select false from written;

with placed as (
	select
		ukprn, urn, street, locality, address3, town, county, postcode,
		longitude::double precision as longitude, latitude::double precision as latitude,
		st_transform(st_setsrid(st_makepoint(longitude, latitude), 4326), 27700) as grid
	from staging
	where reason is null and not skipped and kind = 'hei'
),
written as (
	update reference.institution as known
	set (urn, street, locality, address3, town, county, postcode, longitude, latitude, grid) = row (
		coalesce(nullif(placed.urn, 0), known.urn), placed.street, placed.locality, placed.address3, placed.town,
		placed.county, coalesce(placed.postcode, known.postcode),
		case when placed.grid is not null then placed.longitude end,
		case when placed.grid is not null then placed.latitude end, placed.grid
	)
	from placed
	where
		known.reference = placed.ukprn
		and known.kind = 'university'
		and (
			known.urn, known.street, known.locality, known.address3, known.town, known.county, known.postcode,
			known.longitude, known.latitude
		) is distinct from (
			coalesce(nullif(placed.urn, 0), known.urn), placed.street, placed.locality, placed.address3, placed.town,
			placed.county, coalesce(placed.postcode, known.postcode),
			case when placed.grid is not null then placed.longitude end,
			case when placed.grid is not null then placed.latitude end
		)
	returning known.reference
)
insert into outcome (inserted)
select false from written;
