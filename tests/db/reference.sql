-- SPDX-License-Identifier: MIT
-- The reference tables: what they refuse, who may write, which index serves an order.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(69);

select table_privs_are('reference', name::name, 'accord_api', array['SELECT'])
from unnest(array['region', 'local_authority', 'establishment_group', 'establishment_type', 'code', 'school']) as name;
select table_privs_are('reference', name::name, 'accord_worker', array['DELETE', 'INSERT', 'SELECT', 'UPDATE'])
from unnest(array['region', 'local_authority', 'establishment_group', 'establishment_type', 'code', 'school']) as name;
select function_privs_are('accord', 'analyze_reference', array[]::text[], 'accord_api', array[]::text[]);
select function_privs_are('accord', 'analyze_reference', array[]::text[], 'accord_worker', array['EXECUTE']);

select is_empty(
	$$
	select c.oid::regclass, a.attname
	from pg_catalog.pg_class as c
	join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	where
		c.relnamespace = 'reference'::regnamespace
		and c.relkind = 'r'
		and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
	$$,
	'every table and column says what it is'
);

select is_empty(
	$$
	select a.attrelid::regclass, a.attname
	from pg_catalog.pg_attribute as a
	join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind = 'r'
	where c.relnamespace = 'reference'::regnamespace and a.attname like '%sort\_name' and not exists (
		select
		from pg_catalog.pg_constraint as k
		where k.conrelid = a.attrelid and k.contype = 'c'
		and pg_get_constraintdef(k.oid) ~ ('octet_length\(' || replace(a.attname, 'sort_', '') || '\) <= 1000')
	)
	$$,
	'a name that orders a list is bounded, as the keys in a cursor are'
);
select is_empty(
	$$
	select c.oid::regclass
	from pg_catalog.pg_class as c
	where c.relnamespace = 'reference'::regnamespace and c.relrowsecurity
	$$,
	'reference data has no row-level security'
);
select is_empty(
	$$
	select attname
	from pg_catalog.pg_attribute
	where attrelid = 'reference.school'::regclass and attname ~ 'head'
	$$,
	'a school has no head teacher'
);
select col_is_pk('reference', 'school', 'urn', 'the URN is the key of a school');
select fk_ok('reference', 'school', 'local_authority_code', 'reference', 'local_authority', 'code');
select fk_ok('reference', 'local_authority', 'region_code', 'reference', 'region', 'code');
select fk_ok('reference', 'establishment_type', 'group_code', 'reference', 'establishment_group', 'code');
select is(
	(
		select array_agg(a.attname || ' ' || a.attgenerated::text || ' ' || l.collname)
		from pg_catalog.pg_attribute as a
		join pg_catalog.pg_collation as l on l.oid = a.attcollation
		where
			a.attrelid in ('reference.school'::regclass, 'reference.local_authority'::regclass)
			and a.attname = 'sort_name'
	),
	array['sort_name s C', 'sort_name s C'],
	'names sort by code point'
);

-- A region, an authority and a school of our own, beside whatever is loaded.
insert into reference.region (code, name) values ('E19999999', 'Nowhere');
insert into reference.local_authority (code, old_code, name, region_code, status)
values ('E09999999', '999', 'Éast Nowhere', 'E19999999', 'live');
insert into reference.school (urn, name, local_authority_code) values (999999999, 'St Mary''s', 'E09999999');

select is(
	(select sort_name from reference.school where urn = 999999999), 'st mary''s', 'the sort name follows the name'
);
select lives_ok(
	$$update reference.school set pupils_symbol = 'x' where urn = 999999999$$, 'a missing number has a symbol'
);

create function pg_temp.refuses(statement text, state text, constraint_name text) returns text
language plpgsql
as $$
declare
	found text;
	code text;
begin
	begin
		execute statement;
	exception
		when others then
			get stacked diagnostics found = constraint_name, code = returned_sqlstate;
	end;
	return pgtap.is(
		code || ' ' || found, state || ' ' || constraint_name, trim(regexp_replace(statement, '\s+', ' ', 'g'))
	);
end
$$;

select pg_temp.refuses(statement, state, constraint_name)
from (
	values
		($$insert into reference.region (code, name) values ('London', 'x')$$, '23514', 'region_code_form'),
		($$insert into reference.region (code, name) values ('E19999998', '')$$, '23514', 'region_name_given'),
		($$insert into reference.region (code, name) values ('E19999999', 'x')$$, '23505', 'region_pkey'),
		($$delete from reference.region where code = 'E19999999'$$, '23503', 'local_authority_region_fkey'),
		(
			$$insert into reference.local_authority (code, name, status) values ('E9', 'x', 'live')$$,
			'23514', 'local_authority_code_form'
		),
		(
			$$insert into reference.local_authority (code, name, status) values ('E09999998', 'x', 'alive')$$,
			'23514', 'local_authority_status_known'
		),
		(
			$$
			insert into reference.local_authority (code, old_code, name, status)
			values ('E09999998', '999', 'x', 'live')
			$$,
			'23505', 'local_authority_live_old_code_key'
		),
		(
			$$update reference.local_authority set old_code = 'x' where code = 'E09999999'$$,
			'23514', 'local_authority_old_code_form'
		),
		(
			$$update reference.local_authority set region_code = 'E18888888' where code = 'E09999999'$$,
			'23503', 'local_authority_region_fkey'
		),
		(
			$$
			update reference.local_authority set opened_on = '2025-01-02', closed_on = '2025-01-01'
			where old_code = '999'
			$$,
			'23514', 'local_authority_dates_ordered'
		),
		(
			$$update reference.local_authority set boundary_geojson = '{}' where code = 'E09999999'$$,
			'23514', 'local_authority_boundary_whole'
		),
		(
			$$delete from reference.local_authority where code = 'E09999999'$$,
			'23503', 'school_local_authority_fkey'
		),
		(
			$$insert into reference.establishment_group (code, name, sector) values ('999', 'x', 'private')$$,
			'23514', 'establishment_group_sector_known'
		),
		($$insert into reference.code (list, code, name) values ('x', '1', '')$$, '23514', 'code_name_given'),
		($$insert into reference.school (urn, name) values (0, 'x')$$, '23514', 'school_urn_positive'),
		($$insert into reference.school (urn, name) values (999999998, '')$$, '23514', 'school_name_given'),
		(
			$$insert into reference.school (urn, name) values (999999998, repeat('x', 1001))$$,
			'23514', 'school_name_given'
		)
) as refused (statement, state, constraint_name);

select pg_temp.refuses(
	format('update reference.school set %s where urn = 999999999', assignment), state, constraint_name
)
from (
	values
		('local_authority_code = ''E08888888''', '23503', 'school_local_authority_fkey'),
		('establishment_number = ''12''', '23514', 'school_establishment_number_form'),
		('establishment_number = ''12a4''', '23514', 'school_establishment_number_form'),
		('la_estab = ''x''', '23514', 'school_la_estab_form'),
		('la_estab = ''123456x''', '23514', 'school_la_estab_form'),
		('ukprn = ''1''', '23514', 'school_ukprn_form'),
		('ukprn = e''1234567\n''', '23514', 'school_ukprn_form'),
		-- Digits, but of another alphabet, in as many bytes.
		('ukprn = ''٣٣٣٣''', '23514', 'school_ukprn_form'),
		('sector = ''private''', '23514', 'school_sector_known'),
		('statutory_low_age = 11, statutory_high_age = 4', '23514', 'school_ages_ordered'),
		('pupils = -1, pupils_symbol = null', '23514', 'school_counts_positive'),
		('fsm_percent = 100.1', '23514', 'school_fsm_percent_range'),
		('pupils = 1, pupils_symbol = ''x''', '23514', 'school_symbol_or_value'),
		('easting = 530000', '23514', 'school_location_whole')
) as refused (assignment, state, constraint_name);

-- Sectors, by the type first.
select is(accord.establishment_sector(type_name, group_name), sector, format('%s of %s', type_name, group_name))
from (
	values
		('Community school', 'Local authority maintained schools', 'state'),
		('Other independent school', 'Independent schools', 'independent'),
		('City technology college', 'Independent schools', 'state'),
		('Other independent special school', 'Special schools', 'independent'),
		('Community special school', 'Special schools', 'state'),
		(null, 'Academies', 'state'),
		('Welsh establishment', 'Welsh schools', null),
		(null, null, null)
) as known (type_name, group_name, sector);

-- Each order of the list of schools is read from an index, in both directions; a small table needs to be told so.
create function pg_temp.plan_of(query text) returns text
language plpgsql
as $$
declare
	line text;
	lines text := '';
begin
	for line in execute 'explain (costs off) ' || query loop
		lines := lines || line || E'\n';
	end loop;
	return lines;
end
$$;

set local enable_seqscan = off;
set local enable_sort = off;
set local enable_bitmapscan = off;

select ok(
	pg_temp.plan_of(
		format('select urn from reference.school where %s order by %s limit 50', predicate, list_order)
	) ~ index_name,
	format('%s %s by %s', predicate, list_order, index_name)
)
from (
	values
		('(sort_name, urn) > (''m'', 5)', 'sort_name, urn', 'school_name_idx'),
		('(sort_name, urn) < (''m'', 5)', 'sort_name desc, urn desc', 'school_name_idx'),
		('(pupils, urn) > (100, 5)', 'pupils, urn', 'school_pupils_idx'),
		('(fsm_percent, urn) < (10.5, 5)', 'fsm_percent desc, urn desc', 'school_fsm_percent_idx'),
		('grid is not null', 'grid <-> st_setsrid(st_makepoint(530000, 180000), 27700)', 'school_grid_idx')
) as orders (predicate, list_order, index_name);

select * from finish();

rollback;
