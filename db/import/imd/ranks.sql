-- SPDX-License-Identifier: MIT
-- The index of multiple deprivation alone; 1 is the most deprived. What is known of the domains stays.

update staging
set reason = format('LSOA code (2011): ''%s'' is not the code of a small area', lsoa_code)
where reason is null and lsoa_code !~ '^[EW]01[0-9]{6}$';

update staging
set reason = format('LSOA code (2011): %s is in the file before, on line %s', lsoa_code, first_line)
from (
	select lsoa_code as known, min(line) as first_line
	from staging
	where reason is null
	group by lsoa_code
	having count(*) > 1
) as seen
where reason is null and lsoa_code = known and line > first_line;

with written as (
	insert into reference.area_deprivation as existing (
		lsoa_code,
		lsoa_name, local_authority_code, imd_rank, imd_decile
	)
	select
		lsoa_code,
		lsoa_name, local_authority_code, imd_rank, imd_decile
	from staging
	where reason is null
	on conflict (lsoa_code) do update
	set (
		lsoa_name, local_authority_code, imd_rank, imd_decile
	) = row (
		excluded.lsoa_name, excluded.local_authority_code, excluded.imd_rank, excluded.imd_decile
	)
	where (
		existing.lsoa_name, existing.local_authority_code, existing.imd_rank, existing.imd_decile
	) is distinct from (
		excluded.lsoa_name, excluded.local_authority_code, excluded.imd_rank, excluded.imd_decile
	)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
