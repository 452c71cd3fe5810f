-- SPDX-License-Identifier: MIT
-- Regions and the authorities in them: staging (code, name, old_code, region_code, region_name).

-- No areas: "z, Outside of England" and its like, and pairs such as "E06000061 / E06000062".
update staging set skipped = true where reason is null and (region_code = 'z' or code ~ '^E[0-9]{8} / E[0-9]{8}$');

update staging
set reason = format('region_code: ''%s'' is not the code of an English region', region_code)
where reason is null and not skipped and region_code !~ '^E1[0-9]{7}$';

insert into reference.region (code, name)
select distinct on (region_code) region_code, region_name
from staging
where reason is null and not skipped
order by region_code, line
on conflict (code) do nothing;

update staging
set reason = format('new_la_code: authority %s is not known; import the list of authorities first', code)
where
	reason is null
	and not skipped
	and not exists (select from reference.local_authority where local_authority.code = staging.code);

update staging
set reason = format('region_code: %s lies in %s, not in %s', staging.code, authority.region_code, staging.region_code)
from reference.local_authority as authority
where
	staging.reason is null
	and not staging.skipped
	and authority.code = staging.code
	and authority.region_code <> staging.region_code;

update staging
set reason = format('new_la_code: %s is in the file before', code)
from (select code as known, min(line) as first_line from staging where reason is null group by code) as seen
where reason is null and not skipped and code = known and line > first_line;

with written as (
	update reference.local_authority as authority
	set region_code = staging.region_code
	from staging
	where
		staging.reason is null
		and not staging.skipped
		and authority.code = staging.code
		and authority.region_code is null
	returning authority.code
)
insert into outcome (inserted)
select false from written;
