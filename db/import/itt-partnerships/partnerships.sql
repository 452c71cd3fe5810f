-- SPDX-License-Identifier: MIT
-- Partnerships of teacher training: staging (accredited_name, accredited_code, partner_name, partner_code, ...).

update staging
set reason = case
	when accredited_code !~ '^[0-9A-Z]{3}$'
		then format('accredited_provider_code: ''%s'' is not a code of three characters', accredited_code)
	when partner_code !~ '^[0-9A-Z]{3}$'
		then format('training_provider_code: ''%s'' is not a code of three characters', partner_code)
	when academic_year !~ '^[0-9]{4}$' then format('academic_year_code: ''%s'' is not a year', academic_year)
end
where reason is null;

update staging
set reason = format('training_provider_code: %s is a partner in the file before, on line %s', partner_code, first_line)
from (
	select
		academic_year as known_year, accredited_code as known_accredited, partner_code as known_partner,
		min(line) as first_line
	from staging
	where reason is null
	group by academic_year, accredited_code, partner_code
	having count(*) > 1
) as seen
where
	reason is null
	and academic_year = known_year
	and accredited_code = known_accredited
	and partner_code = known_partner
	and line > first_line;

with written as (
	insert into reference.training_partnership as existing (
		academic_year, accredited_code, partner_code, accredited_name, partner_name
	)
	select academic_year, accredited_code, partner_code, accredited_name, partner_name from staging where reason is null
	on conflict (academic_year, accredited_code, partner_code) do update
	set accredited_name = excluded.accredited_name, partner_name = excluded.partner_name
	where (existing.accredited_name, existing.partner_name)
		is distinct from (excluded.accredited_name, excluded.partner_name)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
