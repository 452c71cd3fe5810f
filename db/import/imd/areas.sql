-- SPDX-License-Identifier: MIT
-- Which middle layer area a small area lies in: staging (lsoa_code, msoa_code).

update staging
set reason = format('MSOA11CD: ''%s'' is not the code of a middle layer area', msoa_code)
where reason is null and msoa_code !~ '^[EW]02[0-9]{6}$';

update staging
set reason = format('LSOA11CD: area %s is not known; import the index of deprivation first', lsoa_code)
where
	reason is null
	and not exists (select from reference.area_deprivation where area_deprivation.lsoa_code = staging.lsoa_code);

update staging
set reason = format('LSOA11CD: %s is in the file before, on line %s', lsoa_code, first_line)
from (
	select lsoa_code as known, min(line) as first_line
	from staging
	where reason is null
	group by lsoa_code
	having count(*) > 1
) as seen
where reason is null and lsoa_code = known and line > first_line;

with written as (
	update reference.area_deprivation as area
	set msoa_code = staging.msoa_code
	from staging
	where
		staging.reason is null
		and area.lsoa_code = staging.lsoa_code
		and area.msoa_code is distinct from staging.msoa_code
	returning area.lsoa_code
)
insert into outcome (inserted)
select false from written;
