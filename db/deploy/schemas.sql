-- SPDX-License-Identifier: MIT
-- Deploy accord:schemas to pg

begin;

-- Roles belong to the instance, not to the database: another Accord database may have made them.
do $$
declare
	wanted record;
begin
	for wanted in
		select role_name, login
		from (
			values ('accord_owner', 'nologin'), ('accord_api', 'login'), ('accord_worker', 'login')
		) as role (role_name, login)
		where not exists (select from pg_catalog.pg_roles where rolname = role_name)
	loop
		execute format(
			'create role %I %s nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls',
			wanted.role_name,
			wanted.login
		);
	end loop;
end
$$;

comment on role accord_owner is 'Owns every object of Accord; nobody logs in as it.';
comment on role accord_api is 'The role of "accord serve": owns nothing and creates nothing.';
comment on role accord_worker is 'The role of imports and jobs: writes reference data, stages in temporary tables.';

-- Nobody creates anything in a schema that others have on their search path.
revoke all on schema public from public;

do $$
begin
	execute format('revoke all on database %I from public', current_database());
	execute format('grant connect on database %I to accord_api, accord_worker', current_database());
	execute format('grant temporary on database %I to accord_worker', current_database());
	-- Everything of ours is written with its schema; only PostGIS' operators and functions are found by path.
	execute format('alter database %I set search_path = postgis', current_database());
end
$$;

create schema postgis;
create extension postgis with schema postgis;
grant usage on schema postgis to accord_owner, accord_api, accord_worker;

create schema reference authorization accord_owner;
create schema restricted authorization accord_owner;
create schema published authorization accord_owner;
create schema accord authorization accord_owner;

comment on schema postgis is 'The PostGIS extension, alone.';
comment on schema reference is 'Public data imported from its publishers; no row-level security.';
comment on schema restricted is 'Records of organisations, under forced row-level security.';
comment on schema published is
	'What anyone may read of restricted records; written with the record or by a publication job.';
comment on schema accord is 'Functions and tables of the engine itself.';

grant usage on schema reference, restricted, published, accord to accord_api, accord_worker;

-- A new table is readable or writable because its schema says so; a new function is executable only by name.
alter default privileges for role accord_owner revoke execute on functions from public;
alter default privileges for role accord_owner in schema reference grant select on tables to accord_api;
alter default privileges for role accord_owner in schema reference
	grant select, insert, update, delete on tables to accord_worker;
alter default privileges for role accord_owner in schema reference grant usage on sequences to accord_worker;
alter default privileges for role accord_owner in schema published grant select on tables to accord_api, accord_worker;

commit;
