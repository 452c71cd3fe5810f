-- SPDX-License-Identifier: MIT
-- Types of establishment and their groups: staging (group_code, group_name, code, name).

-- A type has a row for each of its further education names: one is enough.
update staging
set skipped = true
from (select code as known, min(line) as first_line from staging where reason is null group by code) as seen
where reason is null and code = known and line > first_line;

insert into reference.establishment_group as existing (code, name, sector)
select distinct on (group_code) group_code, group_name, accord.establishment_sector(null, group_name)
from staging
where reason is null and not skipped
order by group_code, line
on conflict (code) do update
set name = excluded.name, sector = excluded.sector
where (existing.name, existing.sector) is distinct from (excluded.name, excluded.sector);

with written as (
	insert into reference.establishment_type as existing (code, name, group_code, sector)
	select code, name, group_code, accord.establishment_sector(name, group_name)
	from staging
	where reason is null and not skipped
	on conflict (code) do update
	set name = excluded.name, group_code = excluded.group_code, sector = excluded.sector
	where
		(existing.name, existing.group_code, existing.sector)
		is distinct from (excluded.name, excluded.group_code, excluded.sector)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;

insert into reference.code as existing (list, code, name)
select 'TypeOfEstablishment', code, name from staging where reason is null and not skipped
union
select 'EstablishmentTypeGroup', group_code, first_value(group_name) over (partition by group_code order by line)
from staging
where reason is null and not skipped
on conflict (list, code) do update set name = excluded.name where existing.name <> excluded.name;
