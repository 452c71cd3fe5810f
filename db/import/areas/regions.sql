-- SPDX-License-Identifier: MIT
-- Regions: staging (code, name).

update staging
set reason = format('region_code: ''%s'' is not the code of an English region', code)
where reason is null and code !~ '^E1[0-9]{7}$';

update staging
set reason = format('region_code: %s is in the file before', code)
from (select code as known, min(line) as first_line from staging where reason is null group by code) as seen
where reason is null and code = known and line > first_line;

with written as (
	insert into reference.region as region (code, name)
	select code, name from staging where reason is null
	on conflict (code) do update set name = excluded.name where region.name is distinct from excluded.name
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
