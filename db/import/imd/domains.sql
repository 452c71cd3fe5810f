-- SPDX-License-Identifier: MIT
-- Indices of deprivation with their seven domains; 1 is the most deprived.

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
		lsoa_name, local_authority_code, imd_rank, imd_decile, income_rank, income_decile, employment_rank,
		employment_decile, education_rank, education_decile, health_rank, health_decile, crime_rank,
		crime_decile, barriers_rank, barriers_decile, environment_rank, environment_decile
	)
	select
		lsoa_code,
		lsoa_name, local_authority_code, imd_rank, imd_decile, income_rank, income_decile, employment_rank,
		employment_decile, education_rank, education_decile, health_rank, health_decile, crime_rank,
		crime_decile, barriers_rank, barriers_decile, environment_rank, environment_decile
	from staging
	where reason is null
	on conflict (lsoa_code) do update
	set (
		lsoa_name, local_authority_code, imd_rank, imd_decile, income_rank, income_decile, employment_rank,
		employment_decile, education_rank, education_decile, health_rank, health_decile, crime_rank,
		crime_decile, barriers_rank, barriers_decile, environment_rank, environment_decile
	) = row (
		excluded.lsoa_name, excluded.local_authority_code, excluded.imd_rank, excluded.imd_decile,
		excluded.income_rank, excluded.income_decile, excluded.employment_rank, excluded.employment_decile,
		excluded.education_rank, excluded.education_decile, excluded.health_rank, excluded.health_decile,
		excluded.crime_rank, excluded.crime_decile, excluded.barriers_rank, excluded.barriers_decile,
		excluded.environment_rank, excluded.environment_decile
	)
	where (
		existing.lsoa_name, existing.local_authority_code, existing.imd_rank, existing.imd_decile,
		existing.income_rank, existing.income_decile, existing.employment_rank, existing.employment_decile,
		existing.education_rank, existing.education_decile, existing.health_rank, existing.health_decile,
		existing.crime_rank, existing.crime_decile, existing.barriers_rank, existing.barriers_decile,
		existing.environment_rank, existing.environment_decile
	) is distinct from (
		excluded.lsoa_name, excluded.local_authority_code, excluded.imd_rank, excluded.imd_decile,
		excluded.income_rank, excluded.income_decile, excluded.employment_rank, excluded.employment_decile,
		excluded.education_rank, excluded.education_decile, excluded.health_rank, excluded.health_decile,
		excluded.crime_rank, excluded.crime_decile, excluded.barriers_rank, excluded.barriers_decile,
		excluded.environment_rank, excluded.environment_decile
	)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
