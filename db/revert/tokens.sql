-- SPDX-License-Identifier: MIT
-- Revert accord:tokens from pg

begin;

drop function accord.users();
drop function accord.revoke_role(text, text, text);
drop function accord.grant_role(uuid, text, text, text, text, text, text[]);
drop function accord.clients();
drop function accord.disable_client(text);
drop function accord.rotate_client(text, bytea, jsonb, boolean);
drop function accord.lock_client(text);
drop function accord.create_client(text, text, text, text[], cidr[], timestamptz, jsonb, bytea);
drop function accord.find_organisation(text);
drop function accord.revoke_token(text, timestamptz);
drop function accord.identify_person(text, text, timestamptz);
drop function accord.identify_client(text, text, timestamptz);
drop function accord.use_assertion(text, text, timestamptz);
drop function accord.authenticate_client(text, bytea);
drop function accord.client_state(timestamptz, timestamptz);
drop table restricted.revoked_token;
drop table restricted.person_grant;
drop table restricted.person;
drop table restricted.used_assertion;
drop table restricted.client_secret;
drop table restricted.client;
drop function accord.caller_organisations();
drop function accord.caller_organisation();
drop function accord.caller_person();
drop function accord.caller_client();
drop function accord.caller_uuid(text);
drop function accord.are_scopes(text[]);
drop function accord.tell_access();
drop table accord.access;

revoke execute on function accord.open_session() from accord_admin;
revoke usage on schema accord, postgis from accord_admin;

do $$
begin
	execute format('revoke all on database %I from accord_admin', current_database());
	drop role accord_admin;
exception
	when dependent_objects_still_exist then
		raise notice 'role accord_admin is needed by another database and stays';
end
$$;

commit;
