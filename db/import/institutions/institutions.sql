-- SPDX-License-Identifier: MIT
-- Institutions of higher education: staging (name, ukprn, hesa_code, postcode, closed_year, never_awarded).

-- What closed before there were UKPRNs has no number to be known by.
update staging set skipped = true where reason is null and ukprn is null;

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
	insert into reference.institution as existing (
		reference, kind, ukprn, name, hesa_code, awards_degrees, closed_year, postcode, source_date
	)
	select
		ukprn, 'university', ukprn, name, hesa_code, case when never_awarded = 'true' then false end, closed_year,
		postcode, nullif(current_setting('accord_import.source_date'), '')::date
	from staging
	where reason is null and not skipped
	on conflict (reference) do update
	set
		name = excluded.name,
		hesa_code = excluded.hesa_code,
		awards_degrees = excluded.awards_degrees,
		closed_year = excluded.closed_year,
		postcode = coalesce(existing.postcode, excluded.postcode),
		source_date = excluded.source_date
	where (
		existing.name, existing.hesa_code, existing.awards_degrees, existing.closed_year, existing.postcode
	) is distinct from (
		excluded.name, excluded.hesa_code, excluded.awards_degrees, excluded.closed_year,
		coalesce(existing.postcode, excluded.postcode)
	)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
