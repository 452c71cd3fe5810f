-- SPDX-License-Identifier: MIT
-- Revert accord:schemas from pg

begin;

alter default privileges for role accord_owner in schema published
	revoke select on tables from accord_api, accord_worker;
alter default privileges for role accord_owner in schema reference revoke usage on sequences from accord_worker;
alter default privileges for role accord_owner in schema reference
	revoke select, insert, update, delete on tables from accord_worker;
alter default privileges for role accord_owner in schema reference revoke select on tables from accord_api;
alter default privileges for role accord_owner grant execute on functions to public;

drop schema accord;
drop schema published;
drop schema restricted;
drop schema reference;
drop extension postgis;
drop schema postgis;

do $$
begin
	execute format('alter database %I reset search_path', current_database());
	execute format('revoke all on database %I from accord_api, accord_worker', current_database());
	execute format('grant connect, temporary on database %I to public', current_database());
end
$$;

grant usage on schema public to public;

-- A role that another database still needs stays.
do $$
declare
	role_name text;
begin
	foreach role_name in array array['accord_worker', 'accord_api', 'accord_owner'] loop
		begin
			execute format('drop role %I', role_name);
		exception
			when dependent_objects_still_exist then
				raise notice 'role % is needed by another database and stays', role_name;
		end;
	end loop;
end
$$;

commit;
