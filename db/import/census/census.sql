-- SPDX-License-Identifier: MIT
-- School census: staging (urn, la_code, school_type, pupils, pupils_symbol, ...). The file's name tells the year.

do $$
begin
	if current_setting('accord_import.academic_year') = '' then
		raise exception 'its name tells no academic year, as 2022-2023_england_census.csv does';
	end if;
end
$$;

-- England's totals are at the end.
update staging set skipped = true, reason = null where key = 'NAT';

update staging
set reason = 'URN: is missing'
where reason is null and not skipped and urn is null;

update staging
set reason = format('URN: %s is in the file before, on line %s', urn, first_line)
from (
	select urn as known, min(line) as first_line
	from staging
	where reason is null and not skipped
	group by urn
	having count(*) > 1
) as seen
where reason is null and not skipped and urn = known and line > first_line;

-- Where a number is missing there is a symbol; a column that the file lacks is unavailable.
create temporary table incoming (like reference.census) on commit drop;

insert into incoming (
	urn, academic_year,
	school_type, pupils, pupils_symbol, girls, girls_symbol, boys, boys_symbol, girls_percent,
	girls_percent_symbol, boys_percent, boys_percent_symbol, sen_support, sen_support_symbol,
	sen_support_percent, sen_support_percent_symbol, ehc_plan, ehc_plan_symbol, ehc_plan_percent,
	ehc_plan_percent_symbol, eal, eal_symbol, eal_percent, eal_percent_symbol, fsm, fsm_symbol, fsm_ever6,
	fsm_ever6_symbol, fsm_ever6_base, fsm_ever6_base_symbol, fsm_ever6_percent, fsm_ever6_percent_symbol
)
select
	urn, current_setting('accord_import.academic_year'), school_type,
	pupils, case when pupils is null then coalesce(pupils_symbol, 'x') end,
	girls, case when girls is null then coalesce(girls_symbol, 'x') end,
	boys, case when boys is null then coalesce(boys_symbol, 'x') end,
	girls_percent, case when girls_percent is null then coalesce(girls_percent_symbol, 'x') end,
	boys_percent, case when boys_percent is null then coalesce(boys_percent_symbol, 'x') end,
	sen_support, case when sen_support is null then coalesce(sen_support_symbol, 'x') end,
	sen_support_percent, case when sen_support_percent is null then coalesce(sen_support_percent_symbol, 'x') end,
	ehc_plan, case when ehc_plan is null then coalesce(ehc_plan_symbol, 'x') end,
	ehc_plan_percent, case when ehc_plan_percent is null then coalesce(ehc_plan_percent_symbol, 'x') end,
	eal, case when eal is null then coalesce(eal_symbol, 'x') end,
	eal_percent, case when eal_percent is null then coalesce(eal_percent_symbol, 'x') end,
	fsm, case when fsm is null then coalesce(fsm_symbol, 'x') end,
	fsm_ever6, case when fsm_ever6 is null then coalesce(fsm_ever6_symbol, 'x') end,
	fsm_ever6_base, case when fsm_ever6_base is null then coalesce(fsm_ever6_base_symbol, 'x') end,
	fsm_ever6_percent, case when fsm_ever6_percent is null then coalesce(fsm_ever6_percent_symbol, 'x') end
from staging
where reason is null and not skipped;

delete from incoming
using reference.census
where
	census.urn = incoming.urn
	and census.academic_year = incoming.academic_year
	and census is not distinct from incoming;

with written as (
	insert into reference.census (
		urn, academic_year,
		school_type, pupils, pupils_symbol, girls, girls_symbol, boys, boys_symbol, girls_percent,
		girls_percent_symbol, boys_percent, boys_percent_symbol, sen_support, sen_support_symbol,
		sen_support_percent, sen_support_percent_symbol, ehc_plan, ehc_plan_symbol, ehc_plan_percent,
		ehc_plan_percent_symbol, eal, eal_symbol, eal_percent, eal_percent_symbol, fsm, fsm_symbol, fsm_ever6,
		fsm_ever6_symbol, fsm_ever6_base, fsm_ever6_base_symbol, fsm_ever6_percent, fsm_ever6_percent_symbol
	)
	select
		urn, academic_year,
		school_type, pupils, pupils_symbol, girls, girls_symbol, boys, boys_symbol, girls_percent,
		girls_percent_symbol, boys_percent, boys_percent_symbol, sen_support, sen_support_symbol,
		sen_support_percent, sen_support_percent_symbol, ehc_plan, ehc_plan_symbol, ehc_plan_percent,
		ehc_plan_percent_symbol, eal, eal_symbol, eal_percent, eal_percent_symbol, fsm, fsm_symbol, fsm_ever6,
		fsm_ever6_symbol, fsm_ever6_base, fsm_ever6_base_symbol, fsm_ever6_percent, fsm_ever6_percent_symbol
	from incoming
	on conflict (urn, academic_year) do update
	set (
		school_type, pupils, pupils_symbol, girls, girls_symbol, boys, boys_symbol, girls_percent,
		girls_percent_symbol, boys_percent, boys_percent_symbol, sen_support, sen_support_symbol,
		sen_support_percent, sen_support_percent_symbol, ehc_plan, ehc_plan_symbol, ehc_plan_percent,
		ehc_plan_percent_symbol, eal, eal_symbol, eal_percent, eal_percent_symbol, fsm, fsm_symbol, fsm_ever6,
		fsm_ever6_symbol, fsm_ever6_base, fsm_ever6_base_symbol, fsm_ever6_percent, fsm_ever6_percent_symbol
	) = row (
		excluded.school_type, excluded.pupils, excluded.pupils_symbol, excluded.girls, excluded.girls_symbol,
		excluded.boys, excluded.boys_symbol, excluded.girls_percent, excluded.girls_percent_symbol,
		excluded.boys_percent, excluded.boys_percent_symbol, excluded.sen_support, excluded.sen_support_symbol,
		excluded.sen_support_percent, excluded.sen_support_percent_symbol, excluded.ehc_plan,
		excluded.ehc_plan_symbol, excluded.ehc_plan_percent, excluded.ehc_plan_percent_symbol, excluded.eal,
		excluded.eal_symbol, excluded.eal_percent, excluded.eal_percent_symbol, excluded.fsm,
		excluded.fsm_symbol, excluded.fsm_ever6, excluded.fsm_ever6_symbol, excluded.fsm_ever6_base,
		excluded.fsm_ever6_base_symbol, excluded.fsm_ever6_percent, excluded.fsm_ever6_percent_symbol
	)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
