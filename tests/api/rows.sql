-- SPDX-License-Identifier: MIT
-- What the tests add to the sample: parties with every peculiarity, under keys that no publisher has given.

-- Schools: 990001 -> 990002 -> 990003; 990004 and 990005 in a circle that 990006 leaves; 990007 split into 990008 and
-- 990009; 990010 ends in the unknown, 990011 leads through it to 990003; 990012 ended; of 990014, which follows 990013,
-- no status is known.
insert into reference.school (
	urn, name, local_authority_code, status_name, closed_on, gender_name, capacity_symbol, pupils_symbol,
	fsm_percent_symbol
)
select
	n, 'Test School ' || n, case n when 990009 then 'E09000007' end, status,
	case status when 'Closed' then date '2020-08-31' end, gender, 'x', 'x', 'x'
from (
	values (990001, 'Closed', 'Girls'), (990002, 'Closed', null), (990003, 'Open', 'Mixed'), (990004, 'Closed', null),
		(990005, 'Closed', null), (990006, 'Open', null), (990007, 'Closed', null), (990008, 'Open', 'Boys'),
		(990009, 'Open, but proposed to close', null), (990010, 'Closed', null), (990011, 'Closed', null),
		(990012, 'Closed', null), (990013, 'Closed', null), (990014, null, null)
) as made (n, status, gender);

insert into reference.school_link (urn, link_urn, link_type, link_name, established_on)
values
	(990001, 990002, 'Successor', 'Test School 990002', '2010-09-01'),
	(990002, 990001, 'Predecessor', 'Test School 990001', '2010-09-01'),
	(990003, 990002, 'Predecessor', 'Test School 990002', '2020-09-01'),
	(990004, 990005, 'Successor', 'Test School 990005', null),
	(990005, 990004, 'Successor', 'Test School 990004', null),
	(990005, 990006, 'Successor - merged', 'Test School 990006', '2020-09-01'),
	(990007, 990008, 'Successor - Split School', 'Test School 990008', '2020-09-01'),
	(990007, 990009, 'Successor - Split School', 'Test School 990009', '2020-09-01'),
	(990010, 990999, 'Successor', 'A school of another register', '2020-09-01'),
	(990011, 990998, 'Successor', 'A school between', '2020-09-01'),
	(990998, 990003, 'Successor', 'Test School 990003', '2020-09-01'),
	(990013, 990014, 'Successor', 'Test School 990014', null),
	(990012, 990003, 'Sixth Form Centre Link', 'Test School 990003', null);

insert into reference.trust (
	uid, group_id, name, companies_house_number, ukprn, type_code, type_name, status, opened_on, closed_on,
	demonstration
)
values
	(900001, 'TR99001', 'Test Academies', '09990001', '99900001', '6', 'Multi-academy trust', 'Open', '2011-04-01',
		null, false),
	(900002, null, 'Test Trust Without Schools', null, null, '10', 'Single-academy trust', 'Closed', null,
		'2019-01-31', false),
	(900003, 'TR99003', 'Test Demonstration', null, null, '6', 'Multi-academy trust', null, null, null, true);

insert into reference.trust_school (urn, uid, joined_on)
values (990003, 900001, '2015-09-01'), (990008, 900001, null), (990009, 900003, null);

-- Two real schools of each of two authorities.
insert into reference.trust_school (urn, uid, joined_on)
select s.urn, 900001, null
from (values ('E09000007'), ('E09000033')) as authority (code)
cross join lateral (
	select urn
	from reference.school
	where local_authority_code = authority.code
	and status_name = 'Open'
	and urn not in (select urn from reference.trust_school)
	order by urn desc
	limit 2
) s;

-- Ten universities, colleges and providers on a line through Camden Town, the first without a location.
insert into reference.institution (
	reference, kind, ukprn, urn, name, hesa_code, college_type, awards_degrees, local_authority_code, closed_year,
	website, town, postcode, longitude, latitude, grid
)
select
	case kind when 'university' then ukprn else urn::text end, kind, case when n <> 1 then ukprn end, urn,
	initcap(kind) || ' of Testing ' || n, case kind when 'university' then (9900 + n)::text end,
	case kind when 'college' then case n % 2 when 0 then 'Sixth Form College' else 'Test College' end end,
	case when kind = 'university' then n <> 3 end, case when n % 2 = 0 then 'E09000007' end,
	case n when 4 then 2001 end, 'test.example', 'London', 'NW1 0AA', place.longitude, place.latitude, place.grid
from (values ('university', 99900100), ('college', 99900200)) as made (kind, base)
cross join generate_series(1, 10) as n
cross join lateral (select (base + n)::text as ukprn, case kind when 'college' then 990100 + n end as urn) named
left join lateral (
	select
		round((-0.1425 + n * 0.002)::numeric, 6) as longitude, 51.5405 as latitude,
		postgis.st_transform(postgis.st_point((-0.1425 + n * 0.002), 51.5405, 4326), 27700) as grid
) place on n <> 1
where kind = 'college' or n <> 1;

-- Of two colleges with one UKPRN the open one counts.
update reference.institution set ukprn = '99900203', closed_on = '2018-07-31' where reference = '990102';

insert into reference.training_provider (
	code, name, operating_name, ukprn, urn, accredited_number, kind, academic_year, town, postcode, longitude,
	latitude, grid
)
select
	'0Z' || to_hex(n), 'Test Provider ' || n, case n when 2 then 'Second to None' end, (99900300 + n)::text,
	case n when 3 then 990003 end, case when n % 2 = 1 then (9900 + n)::text end,
	case n % 2 when 1 then 'scitt' else 'school' end, case when n <> 9 then '2026' end, 'London', 'NW1 0AA',
	place.longitude, place.latitude, place.grid
from generate_series(1, 9) as n
left join lateral (
	select
		round((-0.1425 - n * 0.002)::numeric, 6) as longitude, 51.5405 as latitude,
		postgis.st_transform(postgis.st_point((-0.1425 - n * 0.002), 51.5405, 4326), 27700) as grid
) place on n <> 1;

-- 0Z1 accredits all others in 2026/27, one of them unlisted, and nobody in 2025/26; 0Z3 is both; 0Z9 is alone.
insert into reference.training_partnership (academic_year, accredited_code, partner_code, accredited_name, partner_name)
select '2026', '0Z1', '0Z' || to_hex(n), 'Test Provider 1', 'Test Partner ' || n
from generate_series(2, 8) as n
union all
select '2026', '0Z1', '0ZZ', 'Test Provider 1', 'An unlisted partner'
union all
select '2026', '0Z3', '0Z2', 'Test Provider 3', 'Test Partner 2'
union all
select '2024', '0Z3', '0Z2', 'Test Provider 3', 'Test Partner 2';

insert into reference.code (list, code, name, valid_from, valid_to, description)
values
	('TestList', '9', 'Nine', null, null, 'Always'),
	('TestList', '10', 'Ten', '2020-09-01', '2024-08-31', null),
	('TestList', '11', 'Eleven', '2024-09-01', null, null),
	('TestList', 'A', 'Letter', null, '2019-08-31', null);

insert into reference.census (
	urn, academic_year, school_type, pupils, girls, boys, girls_percent, boys_percent, sen_support, sen_support_symbol,
	sen_support_percent, sen_support_percent_symbol, ehc_plan, ehc_plan_symbol, ehc_plan_percent,
	ehc_plan_percent_symbol, eal, eal_percent, fsm, fsm_symbol, fsm_ever6, fsm_ever6_base, fsm_ever6_percent
)
select
	990003, year, 'State-funded primary', 200, 90, 110, 45, 55, null, 'c', null, 'c', null, 'z', null, 'z', 0, 0, null,
	'x', 50, 180, 27.8
from unnest(array['202122', '202223', '202324']) as year;

insert into reference.area_deprivation (
	lsoa_code, lsoa_name, local_authority_code, imd_rank, imd_decile, income_rank, income_decile
)
select 'E0199990' || n, 'Test Area ' || n, 'E09000007', 3000 * n, ceil(3000 * n / 3284.4), 1, 1
from generate_series(1, 9) as n;

-- What is published: on a line through Camden Town all notices but the first, whose organisation has no place; the last
-- has expired. Dates are as old as the tests.
insert into restricted.notice (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, starts_on, expires_at,
	place, longitude, latitude, state, created_at, published_at
)
select
	('00000000-0000-7000-a000-00000000900' || to_hex(n))::uuid, accord.organisation_id('uid', '900001'),
	case n % 2 when 0 then 'offer' else 'need' end, 'Test Notice ' || n, 'Of the tests', array['curriculum'],
	case n % 3 when 0 then '{attendance}'::text[] else '{}' end, '{}', '{}', '{}', date '2026-09-01',
	accord.now() + make_interval(days => case n when 14 then -1 else 300 - n end), case when n <> 1 then 'given' end,
	case when n <> 1 then -0.1425 + n * 0.002 end, case when n <> 1 then 51.5405 end, 'published',
	accord.now() - make_interval(days => 30 + n % 5, hours => n), accord.now() - make_interval(days => 20)
from generate_series(1, 14) as n;

insert into restricted.support_organisation (
	id, organisation_id, name, sort_name, summary, areas, focus_areas, phases, local_authorities, tags, state,
	created_at, published_at
)
select
	('00000000-0000-7000-a000-00000000910' || n)::uuid, accord.organisation_id('uid', '900001'),
	'Test Helper ' || (10 - n), 'test helper ' || (10 - n), 'Of the tests', array['leadership'], '{}', '{}',
	case n % 2 when 0 then '{E09000007}'::text[] else '{}' end,
	case n % 3 when 0 then '{brokerage}'::text[] else '{}' end, 'published',
	accord.now() - make_interval(days => 30 + n % 5, hours => n), accord.now() - make_interval(days => 20)
from generate_series(1, 9) as n;

insert into restricted.case_study (
	id, organisation_id, title, summary, areas, focus_areas, subjects, phases, years, tags, participants, outcomes,
	state, created_at, published_at
)
select
	('00000000-0000-7000-a000-00000000920' || n)::uuid, accord.organisation_id('uid', '900001'), 'Test Case ' || n,
	'Of the tests', array['teaching'], '{}', '{}', '{}', '{}', '{}', array[accord.organisation_id('uid', '900001')],
	'[{"description": "It passed.", "measuredBy": "independent", "evidence": null}]', 'published',
	accord.now() - make_interval(days => 30 + n % 5, hours => n), accord.now() - make_interval(days => 20)
from generate_series(1, 9) as n;

analyze;
select accord.refresh_reference();

-- Partnerships that anybody may read of, whatever tests make beside them; two became active at once.
insert into published.partnership (
	id, title, type, areas, focus_areas, phases, years, subjects, coverage, form, aims, state, activated_at
)
select
	('00000000-0000-7000-a000-' || lpad(to_hex(9 + n), 12, '0'))::uuid,
	case n when 1 then 'Test Partnership' else 'Another Test Partnership ' || n / 2 end, 'civic', '{teaching}',
	'{languages}', '{}', '{}', '{}', '{E09000007}', 'informal', '{}', 'active',
	'2026-01-01T00:00:00Z'::timestamptz + make_interval(days => n / 2)
from generate_series(1, 9) as n;
