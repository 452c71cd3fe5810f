-- SPDX-License-Identifier: MIT
-- Revert accord:tenancy from pg

begin;

drop policy visible on restricted.person;
drop policy visible on restricted.person_grant;
drop policy made on restricted.person_grant;
drop policy changed on restricted.person_grant;
drop policy ended on restricted.person_grant;
drop policy visible on restricted.client_secret;
drop policy made on restricted.client_secret;
drop policy ended on restricted.client_secret;
drop policy visible on restricted.client;
drop policy made on restricted.client;
drop policy changed on restricted.client;

revoke all on restricted.client_secret from accord_api;
revoke all (id, client_id, digest, created_at) on restricted.client_secret from accord_api;
revoke all on restricted.person_grant from accord_api;
revoke all (person_id, organisation_id, role, scopes, created_at, id, name, version) on restricted.person_grant
	from accord_api;
revoke all (id, name, issuer, subject) on restricted.person from accord_api;
revoke all (
	id, name, organisation_id, scopes, addresses, keys, expires_at, revoked_at, disabled_at, created_at, has_keys,
	version
) on restricted.client from accord_api;

set local role accord_owner;
grant select (id, name, organisation_id, expires_at) on restricted.client to accord_api;
grant select (id, name) on restricted.person to accord_api;
grant select (person_id, organisation_id, role, scopes) on restricted.person_grant to accord_api;
reset role;

revoke execute on function accord.client_state(timestamptz, timestamptz), accord.are_scopes(text[]) from accord_api;
drop function accord.demand_gift(text, text[]);
drop function accord.find_person(uuid, text, text, text);
drop trigger client_version on restricted.client;
drop trigger person_grant_version on restricted.person_grant;
create index client_organisation_idx on restricted.client (organisation_id);
create index person_grant_organisation_idx on restricted.person_grant (organisation_id);
drop index restricted.client_created_idx;
drop index restricted.person_grant_created_idx;
drop index restricted.client_secret_created_idx;
alter table restricted.client_secret drop column id;
alter table restricted.client drop column has_keys, drop column version;
alter table restricted.person_grant drop column id, drop column name, drop column version;
comment on constraint person_grant_pkey on restricted.person_grant is null;
comment on constraint client_scopes_form on restricted.client is null;
comment on constraint person_grant_scopes_form on restricted.person_grant is null;
drop table restricted.organisation;
drop function accord.follow_merger();
drop function accord.move_to_survivor(uuid, uuid);
drop function accord.add_organisation(text, text, text, text, text, text, text[], text, boolean, boolean);
drop function accord.demand_new(uuid, text, text[], uuid[]);
drop function accord.likely_organisations(uuid, text, text[]);
drop function accord.name_query(text);
drop table restricted.party;
drop function accord.show_resources(text[]);
drop function accord.show_identifiers(text[]);
drop function accord.show_pairs(text[], text, text, text);
drop function accord.read_identifiers(jsonb);
drop function accord.refuse_with(text, text, text, json);
drop function accord.publish_organisation();
drop function reference.refresh_organisation(text, text);
drop function reference.change_search_words(tsvector, tsvector);
drop function accord.are_identifiers(text[]);
drop function accord.raise_version();
drop function accord.most(text);
delete from reference.organisation where verification <> 'registered';
delete from published.organisation;

create or replace function accord.caller_organisations() returns uuid[]
language sql stable parallel safe
return array_remove(array[accord.caller_organisation()], null);

comment on function accord.caller_organisations() is
	'The organisations whose records the caller may see; empty when nobody calls. For policies, as "= any ((select accord.caller_organisations())::uuid[])".';

drop function accord.caller_may(text);
drop function accord.caller_scopes();
drop function accord.caller_role();

commit;
