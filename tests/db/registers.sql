-- SPDX-License-Identifier: MIT
-- The registers: what they refuse, who may write, which index serves an order, what is derived from them.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(88);

select table_privs_are('reference', name::name, 'accord_api', array['SELECT'])
from unnest(
	array[
		'school_link', 'trust', 'trust_school', 'institution', 'training_provider', 'training_partnership',
		'area_deprivation', 'census', 'organisation', 'search_word', 'code_list',
		'generation'
	]
) as name;
select table_privs_are('reference', name::name, 'accord_worker', array['DELETE', 'INSERT', 'SELECT', 'UPDATE'])
from unnest(
	array[
		'school_link', 'trust', 'trust_school', 'institution', 'training_provider', 'training_partnership',
		'area_deprivation', 'census'
	]
) as name;
select function_privs_are('accord', 'refresh_reference', array[]::text[], 'accord_api', array[]::text[]);
select function_privs_are('accord', 'refresh_reference', array[]::text[], 'accord_worker', array['EXECUTE']);
select function_privs_are('reference', 'refresh_organisations', array[]::text[], 'accord_api', array[]::text[]);
select function_privs_are('reference', 'refresh_organisations', array[]::text[], 'accord_worker', array['EXECUTE']);

-- Every list has an index of its order, the key last.
select has_index('reference', 'trust', 'trust_name_idx', array['sort_name', 'uid']);
select has_index('reference', 'institution', 'institution_kind_name_idx', array['kind', 'sort_name', 'reference']);
select has_index('reference', 'training_provider', 'training_provider_name_idx', array['sort_name', 'code']);
select has_index('reference', 'organisation', 'organisation_name_idx', array['sort_name', 'id']);
select has_index('reference', 'organisation', 'organisation_kind_name_idx', array['kind', 'sort_name', 'id']);
select has_index(
	'reference', 'training_partnership', 'training_partnership_accredited_idx',
	array['accredited_code', 'academic_year', 'partner_sort_name', 'partner_code']
);

select matches(
	col_description('reference.area_deprivation'::regclass, a.attnum), '1 is the most deprived', a.attname::text
)
from pg_catalog.pg_attribute as a
where a.attrelid = 'reference.area_deprivation'::regclass and a.attname ~ '_(rank|decile)$';

create function pg_temp.refuses(statement text, constraint_name text) returns text
language plpgsql
as $$
declare
	broken text;
begin
	begin
		execute statement;
	exception when integrity_constraint_violation then
		get stacked diagnostics broken = constraint_name;
	end;
	return is(broken, constraint_name, constraint_name);
end
$$;

insert into reference.local_authority (code, old_code, name, status) values ('E09999999', '999', 'Nowhere', 'live');
insert into reference.trust (uid, group_id, name) values (900000001, 'TR90001', 'A trust');

select pg_temp.refuses(statement, constraint_name)
from (
	values
		($$insert into reference.trust (uid, name) values (0, 'x')$$, 'trust_uid_positive'),
		($$insert into reference.trust (uid, name) values (900000002, '')$$, 'trust_name_given'),
		(
			$$insert into reference.trust (uid, name, group_id) values (900000002, 'x', 'TR90001')$$,
			'trust_group_id_key'
		),
		(
			$$insert into reference.trust (uid, name, group_id) values (900000002, 'x', 'TR"1')$$,
			'trust_group_id_form'
		),
		($$insert into reference.trust (uid, name, ukprn) values (900000002, 'x', '1')$$, 'trust_ukprn_form'),
		(
			$$insert into reference.trust (uid, name, companies_house_number) values (900000002, 'x', '1')$$,
			'trust_companies_house_number_form'
		),
		($$insert into reference.trust_school (urn, uid) values (1, 900000002)$$, 'trust_school_trust_fkey'),
		($$insert into reference.school_link (urn, link_urn, link_type) values (1, 1, 'x')$$, 'school_link_other'),
		(
			$$insert into reference.institution (reference, kind, name) values ('90000001', 'school', 'x')$$,
			'institution_kind_known'
		),
		(
			$$insert into reference.institution (reference, kind, name) values ('130000', 'college', 'x')$$,
			'institution_reference_own'
		),
		(
			$$
			insert into reference.institution (reference, kind, ukprn, name) values
			('90000001', 'university', '90000002', 'x')
			$$,
			'institution_reference_own'
		),
		($$insert into reference.training_provider (code, name) values ('7', 'x')$$, 'training_provider_code_form'),
		(
			$$insert into reference.training_provider (code, name, accredited_number) values ('ZZ9', 'x', '1')$$,
			'training_provider_accredited_number_form'
		),
		(
			$$
			insert into reference.training_partnership
				(academic_year, accredited_code, partner_code, accredited_name, partner_name)
			values ('26', 'T92', '151', 'x', 'y')
			$$,
			'training_partnership_year_form'
		),
		(
			$$
			insert into reference.area_deprivation (lsoa_code, lsoa_name, imd_rank, imd_decile)
			values ('E01999999', 'x', 1, 11)
			$$,
			'area_deprivation_deciles_range'
		),
		(
			$$
			insert into reference.school (urn, name, easting, northing, grid, longitude, latitude)
			values (999999998, 'x', 1, 1, st_setsrid(st_makepoint(1, 1), 27700), 0, 50)
			$$,
			'school_location_source_given'
		),
		($$insert into reference.generation (number) values (1)$$, 'generation_pkey'),
		($$insert into reference.generation (single, number) values (false, 1)$$, 'generation_is_single')
) as refused (statement, constraint_name);

-- A party is one organisation, however many registers have it.
insert into reference.school (
	urn, name, postcode, ukprn, easting, northing, grid, longitude, latitude, location_source, type_group_name
)
values
	(999999991, 'St Mary''s', 'ZZ9 1AA', '90000001', 530000, 180000, st_setsrid(st_makepoint(530000, 180000), 27700),
		-0.128, 51.5, 'register', null),
	(999999992, 'Elsewhere', 'ZZ9 1AB', null, null, null, null, null, null, null, null),
	(999999993, 'The University''s entry', null, '90000002', null, null, null, null, null, null, 'Universities');
insert into reference.institution (reference, kind, ukprn, name)
values ('90000002', 'university', '90000002', 'University of Nowhere');
insert into reference.training_provider (code, name, operating_name, ukprn, urn)
values ('ZZ1', 'Mary''s Teachers', 'Teach Nowhere', null, 999999991), ('ZZ2', 'Nowhere SCITT', null, null, null);

select is(accord.organisation_id('urn', '100000'), '1090e0a0-17cc-801e-a0c0-00b22f062a09'::uuid, 'an id never changes');

create temporary table generation_before on commit drop as select number from reference.generation;
set local role accord_worker;
do $$
begin
	perform accord.refresh_reference();
end
$$;
reset role;
select is(
	(select number from reference.generation), (select number + 1 from generation_before),
	'the worker brings everything up to date and raises the generation'
);

select results_eq(
	$$
	select concat_ws(' | ', kind, reference, name, other_names) collate "default"
	from reference.organisation
	where reference in ('999999991', '999999992', '999999993', '90000002', 'ZZ1', 'ZZ2', '900000001', 'E09999999')
	order by kind, reference
	$$,
	$$
	values
		('localAuthority | E09999999 | Nowhere'),
		('school | 999999991 | St Mary''s | Mary''s Teachers; Teach Nowhere'),
		('school | 999999992 | Elsewhere'),
		('trainingProvider | ZZ2 | Nowhere SCITT'),
		('trust | 900000001 | A trust'),
		('university | 90000002 | University of Nowhere | The University''s entry')
	$$,
	'a school''s training provider and a university''s entry among schools are no further organisations'
);
select results_eq(
	$$
	select identifiers::text collate "default"
	from reference.organisation
	where reference in ('999999991', '90000002', '900000001')
	order by reference
	$$,
	$$
	values
		('{groupId:TR90001,uid:900000001}'), ('{ukprn:90000002,urn:999999993}'),
		('{providerCode:ZZ1,ukprn:90000001,urn:999999991}')
	$$,
	'its identifiers are those of all its registers'
);
select results_eq(
	$$
	select location_source, location_precision_metres, easting
	from reference.school
	where urn in (999999991, 999999992)
	order by urn
	$$,
	$$values ('register', null::integer, 530000), ('postcodeDistrict', 1000, 530000)$$,
	'a school without coordinates stands in its postcode district'
);
create temporary table written on commit drop as
select id, ctid as place from reference.organisation;
do $$ begin perform reference.refresh_organisations(); end $$;
select is_empty(
	$$
	select organisation.id
	from reference.organisation
	left join written on written.id = organisation.id
	where written.place is distinct from organisation.ctid
	$$,
	'a second time nothing is written'
);

select is_empty(
	$$
	select o.id, every.one
	from reference.organisation as o
	cross join lateral unnest(o.identifiers) as every (one)
	where
		left(md5(every.one), 1) = '0'
		and not exists (select from accord.organisations_identified(array[every.one]) as f where f.id = o.id)
	$$,
	'each identifier finds its organisation, those of schools through their register'
);
select is_empty(
	$$
	select f.id
	from accord.organisations_identified(
		array['urn:0100000', 'urn:9999999999', 'laEstab:', 'ukprn:', 'nothing', null]
	) as f
	$$,
	'and what is none finds nothing'
);

select is(accord.show_identifiers(given)::jsonb, wanted::jsonb, format('identifiers %s are shown', given))
from (
	values ('{}'::text[], '[]'),
		(array['urn:100000'], '[{"scheme": "urn", "value": "100000"}]'),
		(
			array['companiesHouse:07318714', 'groupId:TR00261', 'uid:companiesHouse'],
			'[{"scheme": "companiesHouseNumber", "value": "07318714"}, {"scheme": "groupId", "value": "TR00261"},
			{"scheme": "uid", "value": "companiesHouse"}]'
		)
) as shown (given, wanted);
select is(
	accord.show_resources(array['school /v1/schools/100000', 'trust /v1/trusts/2044'])::jsonb,
	'[{"kind": "school", "href": "/v1/schools/100000"}, {"kind": "trust", "href": "/v1/trusts/2044"}]',
	'and resources'
);

select is_empty(
	$$
	select every.word
	from reference.organisation
	cross join lateral (
		select word, ':' as divider from unnest(identifiers) as word
		union all
		select word, ' ' from unnest(resources) as word
	) as every
	where every.word ~ '["\\[:cntrl:]]' or length(every.word) - length(replace(every.word, every.divider, '')) <> 1
	$$,
	'no register has a word that JSON would escape, or with another divider'
);

delete from reference.school where urn = 999999991;
do $$ begin perform reference.refresh_organisations(); end $$;
select results_eq(
	$$
	select concat_ws(' ', kind, reference) collate "default"
	from reference.organisation
	where reference in ('999999991', 'ZZ1')
	$$,
	$$values ('trainingProvider ZZ1')$$,
	'what a register no longer has is gone, and its provider stands alone'
);
select is_empty(
	$$select id from reference.organisation where identifiers @> array['ukprn:90000001']$$,
	'with its identifiers'
);

-- A great import makes indexes anew: all that the rows incoming are in, of a table that its own transaction has shut.
create temporary table index_before as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index
where indrelid = 'reference.organisation'::regclass;
create temporary table key_before as
select conname, pg_get_constraintdef(oid) as definition
from pg_constraint
where conrelid = 'reference.school'::regclass;
create temporary table count_before as select greatest(count(*), 1000) as many from reference.organisation;
create temporary table school_before as select greatest(4 * count(*), 1000) as many from reference.school;
select ok(not accord.suspend_indexes('reference.organisation', 1000000), 'a table in use keeps its indexes');
select ok(
	not accord.suspend_indexes('reference.school', (select many from school_before)),
	'schools too, when no more than four times as many come'
);
select ok(
	accord.suspend_indexes('reference.school', (select many + 1 from school_before)),
	'when more come they are shut'
);
select set_eq(
	$$select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'reference.school'::regclass$$,
	$$select conname, definition from key_before where definition !~ '^(PRIMARY KEY|UNIQUE)'$$,
	'and without keys, but for the foreign ones, which would shut another table'
);
do $$ begin perform accord.restore_indexes(); end $$;
select set_eq(
	$$select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'reference.school'::regclass$$,
	$$select conname, definition from key_before$$,
	'and have all of them in the end'
);
select ok(
	not accord.suspend_indexes('reference.organisation', (select many from count_before)),
	'another table then keeps its indexes where few rows come to it'
);
select ok(
	accord.suspend_indexes('reference.organisation', (select many + 1 from count_before)),
	'and is without where more come than it has'
);
select results_eq(
	$$select indexrelid::regclass::text from pg_index where indrelid = 'reference.organisation'::regclass order by 1$$,
	$$select name from index_before where definition like '% WHERE %' order by 1$$,
	'but for the indexes that few of them are in'
);
do $$ begin perform accord.restore_indexes(); end $$;
select set_eq(
	$$
	select indexrelid::regclass::text, pg_get_indexdef(indexrelid)
	from pg_index
	where indrelid = 'reference.organisation'::regclass
	$$,
	$$select name, definition from index_before$$,
	'and has all of them in the end'
);

select * from finish();
rollback;
