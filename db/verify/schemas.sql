-- SPDX-License-Identifier: MIT
-- Verify accord:schemas on pg

begin;

do $$
begin
	assert (
		select
			array_agg(rolname || ' ' || rolcanlogin order by rolname)
			= '{accord_api true,accord_owner false,accord_worker true}'
		from pg_catalog.pg_roles
		where rolname in ('accord_api', 'accord_owner', 'accord_worker')
	), 'the three roles';
	assert not exists (
		select
		from pg_catalog.pg_roles
		where
			rolname in ('accord_api', 'accord_owner', 'accord_worker')
			and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)
	), 'no role may do more than its grants';
	assert (
		select count(*) = 4
		from pg_catalog.pg_namespace
		where
			nspname in ('reference', 'restricted', 'published', 'accord')
			and nspowner = 'accord_owner'::regrole
	), 'four schemas of accord_owner';
	assert not has_schema_privilege('accord_api', 'public', 'usage'), 'public is closed';
	assert not has_schema_privilege('accord_worker', 'reference', 'create'), 'the worker creates nothing';
	assert not has_database_privilege('accord_api', current_database(), 'temporary'), 'the API stages nothing';
	assert has_database_privilege('accord_worker', current_database(), 'temporary'), 'the worker stages';
	assert postgis.st_srid(postgis.st_setsrid(postgis.st_point(0, 0), 27700)) = 27700, 'PostGIS answers';
end
$$;

rollback;
