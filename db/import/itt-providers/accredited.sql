-- SPDX-License-Identifier: MIT
-- Accredited providers: staging (code, legal_name, operating_name, accredited_number).

update staging
set reason = format('provider__code: ''%s'' is not a code of three characters', code)
where reason is null and code !~ '^[0-9A-Z]{3}$';

update staging
set reason = 'accreditation__number: is missing'
where reason is null and accredited_number is null;

update staging
set reason = format('provider__code: %s is in the file before, on line %s', code, first_line)
from (
	select code as known, min(line) as first_line from staging where reason is null group by code having count(*) > 1
) as seen
where reason is null and code = known and line > first_line;

with written as (
	insert into reference.training_provider as existing (code, name, operating_name, accredited_number)
	select code, legal_name, coalesce(operating_name, legal_name), accredited_number
	from staging
	where reason is null
	on conflict (code) do update
	set
		name = excluded.name,
		operating_name = coalesce(existing.operating_name, excluded.operating_name),
		accredited_number = excluded.accredited_number
	where (existing.name, existing.accredited_number) is distinct from (excluded.name, excluded.accredited_number)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
