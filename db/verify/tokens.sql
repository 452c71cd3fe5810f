-- SPDX-License-Identifier: MIT
-- Verify accord:tokens on pg

begin;

select id, name, organisation_id, scopes, addresses, keys, expires_at, revoked_at, disabled_at, created_at
from restricted.client
where false;
select client_id, digest, created_at from restricted.client_secret where false;
select client_id, token, expires_at from restricted.used_assertion where false;
select id, issuer, subject, name, revoked_at, created_at from restricted.person where false;
select person_id, organisation_id, role, scopes, created_at from restricted.person_grant where false;
select token, expires_at from restricted.revoked_token where false;

do $$
declare
	maker text := 'accord.create_client(text, text, text, text[], cidr[], timestamptz, jsonb, bytea)';
begin
	assert (select count(*) from accord.access) = 1, 'there is one number';
	assert not exists (
		select from pg_catalog.pg_roles
		where rolname = 'accord_admin' and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)
	), 'the administrator has no privilege of the instance';
	assert not exists (
		select from pg_catalog.pg_class
		where
			relnamespace = 'restricted'::regnamespace
			and relkind in ('r', 'p')
			and not (relrowsecurity and relforcerowsecurity)
	), 'row security is forced on every restricted table';
	assert has_function_privilege('accord_admin', maker, 'execute'), 'the administrator makes clients';
	assert not has_function_privilege('accord_api', maker, 'execute'), 'the service does not';
	assert not has_function_privilege('accord_worker', maker, 'execute'), 'nor does the worker';
	assert has_function_privilege('accord_api', 'accord.revoke_token(text, timestamptz)', 'execute'),
		'the service revokes';
end
$$;

rollback;
