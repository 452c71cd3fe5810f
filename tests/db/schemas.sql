-- SPDX-License-Identifier: MIT
-- Roles, schemas, owners and what each role may do.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(37);

select is(
	(
		select array_agg(rolname::text || case when rolcanlogin then ' login' else '' end order by rolname)
		from pg_catalog.pg_roles
		where rolname like 'accord%'
	),
	array['accord_admin login', 'accord_api login', 'accord_owner', 'accord_worker login'],
	'four roles, of which the owner cannot log in'
);
select is_empty(
	$$
	select rolname
	from pg_catalog.pg_roles
	where
		rolname like 'accord%'
		and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication or rolinherit)
	$$,
	'no role has a privilege of the instance'
);
select is_empty(
	$$
	select member.rolname
	from pg_catalog.pg_auth_members as membership
	join pg_catalog.pg_roles as member on member.oid = membership.member
	where member.rolname like 'accord%'
	$$,
	'no role is a member of another'
);

select schema_owner_is(name::name, 'accord_owner'::name)
from unnest(array['reference', 'restricted', 'published', 'accord']) as name;

select is_empty(
	$$
	select c.oid::regclass
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname in ('reference', 'restricted', 'published', 'accord') and c.relowner <> 'accord_owner'::regrole
	$$,
	'every table, index and sequence of ours belongs to accord_owner'
);
select is_empty(
	$$
	select p.oid::regprocedure
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where n.nspname in ('reference', 'restricted', 'published', 'accord') and p.proowner <> 'accord_owner'::regrole
	$$,
	'every function of ours belongs to accord_owner'
);
select is_empty(
	$$
	select c.oid::regclass
	from pg_catalog.pg_class as c
	join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
	where n.nspname = 'public' and c.relkind in ('r', 'v', 'm', 'S', 'p')
	$$,
	'the schema public is empty'
);
select is_empty(
	$$
	select c.oid::regclass
	from pg_catalog.pg_class as c
	where c.relowner in ('accord_api'::regrole, 'accord_worker'::regrole, 'accord_admin'::regrole)
	$$,
	'the roles that log in own nothing'
);

select schema_privs_are(name::name, 'accord_api'::name, array['USAGE'])
from unnest(array['reference', 'restricted', 'published', 'accord', 'postgis']) as name;
select schema_privs_are(name::name, 'accord_worker'::name, array['USAGE'])
from unnest(array['reference', 'restricted', 'published', 'accord', 'postgis']) as name;
select schema_privs_are(name::name, 'accord_admin'::name, array['USAGE'])
from unnest(array['restricted', 'accord', 'postgis']) as name;
select schema_privs_are(name::name, 'accord_admin'::name, array[]::text[])
from unnest(array['reference', 'published', 'public']) as name;
select schema_privs_are('public', 'accord_api', array[]::text[]);
select schema_privs_are('public', 'accord_worker', array[]::text[]);
select database_privs_are(current_database(), 'accord_api', array['CONNECT']);
select database_privs_are(current_database(), 'accord_worker', array['CONNECT', 'TEMPORARY']);
select database_privs_are(current_database(), 'accord_admin', array['CONNECT']);

select is(
	(
		select setting
		from pg_catalog.pg_db_role_setting, unnest(setconfig) as setting
		where setdatabase = (select oid from pg_catalog.pg_database where datname = current_database()) and setrole = 0
		and setting like 'search_path%'
	),
	'search_path=postgis',
	'a session finds PostGIS by path, and nothing that somebody else could create in'
);
select is_empty(
	$$
	select p.oid::regprocedure
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where
		n.nspname in ('reference', 'restricted', 'published', 'accord')
		and has_function_privilege('public', p.oid, 'execute')
	$$,
	'no function of ours is executable by everybody'
);
select is_empty(
	$$
	select p.oid::regprocedure
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where
		n.nspname in ('reference', 'restricted', 'published', 'accord')
		and p.prosecdef
		and not coalesce(array_to_string(p.proconfig, ' ') like '%search_path=%', false)
	$$,
	'a function with its owner''s rights fixes its search path'
);
select is_empty(
	$$
	select p.oid::regprocedure
	from pg_catalog.pg_proc as p
	join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
	where
		n.nspname in ('reference', 'restricted', 'published', 'accord')
		and p.prosecdef
		and p.oid::regprocedure::text not in (
			'accord.analyze_reference()', 'accord.refresh_reference()', 'accord.restore_indexes()',
			'accord.suspend_indexes(regclass,bigint)', 'reference.locate_schools()',
			'reference.refresh_code_lists()', 'reference.refresh_organisations()', 'reference.refresh_search_words()',
			'accord.authenticate_client(text,bytea)', 'accord.use_assertion(text,text,timestamp with time zone)',
			'accord.identify_client(text,text,timestamp with time zone)',
			'accord.identify_person(text,text,timestamp with time zone)',
			'accord.revoke_token(text,timestamp with time zone)', 'accord.seal_audit()',
			'accord.create_client(text,text,text,text[],cidr[],timestamp with time zone,jsonb,bytea)',
			'accord.rotate_client(text,bytea,jsonb,boolean)', 'accord.disable_client(text)', 'accord.clients()',
			'accord.grant_role(uuid,text,text,text,text,text,text[])', 'accord.revoke_role(text,text,text)',
			'accord.users()', 'reference.refresh_oversight()', 'accord.tell_access()',
			'accord.publish_organisation()', 'accord.follow_merger()',
			'accord.add_organisation(text,text,text,text,text,text,text[],text,boolean,boolean)',
			'accord.find_person(uuid,text,text,text)', 'accord.put_part(uuid,integer,bytea)',
			'accord.start_import(uuid,uuid)', 'accord.drop_import(uuid)', 'accord.cancel_job(uuid)',
			'accord.publish_record()', 'accord.follow_finding()', 'accord.end_jobs()', 'accord.move_jobs()',
			'accord.claim_job(text,integer)', 'accord.beat_job(uuid,text,integer,integer,integer)',
			'accord.read_part(uuid,text,integer,integer)',
			'accord.reject_rows(uuid,text,integer,integer,bigint[],text[],text[])',
			'accord.finish_job(uuid,text,integer,bigint[])', 'accord.fail_job(uuid,text,integer,text,boolean)',
			'accord.release_job(uuid,text,integer)', 'accord.sweep()',
			'accord.partnership_standing(uuid)', 'accord.partnership_actions(uuid)',
			'accord.create_partnership(uuid,jsonb)', 'accord.change_partnership(uuid,jsonb)',
			'accord.step_partnership(uuid,text)', 'accord.invite_member(uuid,uuid,text)',
			'accord.member_actions(uuid,uuid)', 'accord.step_member(uuid,uuid,text,text)',
			'accord.change_member(uuid,uuid,jsonb)', 'accord.erase_contacts(uuid,uuid)',
			'accord.erase_people(uuid,uuid,jsonb)',
			'accord.agreement_actions(uuid,integer)', 'accord.draft_agreement(uuid,jsonb)',
			'accord.follow_agreement(uuid,integer,text,jsonb)', 'accord.change_agreement(uuid,integer,jsonb)',
			'accord.step_agreement(uuid,integer,text)', 'accord.prepare_signature(uuid,integer,text,jsonb)',
			'accord.keep_signature(uuid,integer,text)', 'accord.keep_board(uuid,uuid,jsonb)',
			'accord.keep_meeting(uuid,uuid,jsonb)', 'accord.keep_review(uuid,uuid,jsonb)'
		)
	$$,
	'functions with their owner''s rights are on the list'
);

-- What a later migration creates is granted by its schema.
set local role accord_owner;
create table reference.later (id integer);
create table restricted.later (id integer);
create table published.later (id integer);
reset role;

select is(
	array[
		has_table_privilege('accord_api', 'reference.later', 'select'),
		has_table_privilege('accord_api', 'reference.later', 'insert, update, delete, truncate'),
		has_table_privilege('accord_worker', 'reference.later', 'insert'),
		has_table_privilege('accord_api', 'restricted.later', 'select, insert, update, delete'),
		has_table_privilege('accord_api', 'published.later', 'select'),
		has_table_privilege('accord_api', 'published.later', 'insert, update, delete, truncate')
	],
	array[true, false, true, false, true, false],
	'default privileges follow the schema'
);

select * from finish();

rollback;
