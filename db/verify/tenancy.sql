-- SPDX-License-Identifier: MIT
-- Verify accord:tenancy on pg

begin;

select id, reference, kind, name, other_names, country, town, postcode, identifiers, identifier_absence, state,
	merged_into, registered_by, registered_at, version
from restricted.organisation
where false;
select record_id, organisation_id from restricted.party where false;
select id, name, version from restricted.person_grant where false;
select has_keys, version from restricted.client where false;
select id from restricted.client_secret where false;

do $$
begin
	assert not exists (
		select from pg_catalog.pg_class
		where
			relnamespace = 'restricted'::regnamespace
			and relkind in ('r', 'p')
			and not (relrowsecurity and relforcerowsecurity)
	), 'row security is forced on every restricted table';
	assert accord.caller_organisations() = '{}', 'nobody sees anything';
	assert accord.caller_scopes() = '{}', 'nobody may anything';
end
$$;

rollback;
