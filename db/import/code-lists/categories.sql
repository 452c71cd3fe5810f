-- SPDX-License-Identifier: MIT
-- Subjects as courses of teacher training are published with: staging (code, name, age_range).

alter table staging
	add column list text default 'PublishSubject', add column description text, add column valid_from date,
	add column valid_to date;

update staging set description = age_range where reason is null;

update staging
set reason = format('code: %s is in the file before, on line %s', code, first_line)
from (
	select list as known_list, code as known_code, min(line) as first_line
	from staging
	where reason is null
	group by list, code
	having count(*) > 1
) as seen
where reason is null and list = known_list and code = known_code and line > first_line;

with written as (
	insert into reference.code as existing (list, code, name, description, valid_from, valid_to)
	select list, code, name, description, valid_from, valid_to from staging where reason is null
	on conflict (list, code) do update
	set
		name = excluded.name,
		description = excluded.description,
		valid_from = excluded.valid_from,
		valid_to = excluded.valid_to
	where (existing.name, existing.description, existing.valid_from, existing.valid_to)
		is distinct from (excluded.name, excluded.description, excluded.valid_from, excluded.valid_to)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
