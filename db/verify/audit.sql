-- SPDX-License-Identifier: MIT
-- Verify accord:audit on pg

begin;

select id, transaction, at, operation, outcome, status, problem, actor_kind, actor, organisation_id, subject_id,
	trace, omitted
from restricted.audit_event
where false;
select number, upto, events, total, at, previous, digest from restricted.audit_batch where false;

do $$
declare
	name text;
	role_name text;
begin
	foreach name in array array['restricted.audit_event', 'restricted.audit_batch'] loop
		foreach role_name in array array['accord_api', 'accord_worker', 'accord_admin'] loop
			assert not has_table_privilege(role_name, name, 'update, delete, truncate'),
				role_name || ' changes nothing in ' || name;
		end loop;
	end loop;
	assert not has_table_privilege('accord_api', 'restricted.audit_batch', 'select, insert'),
		'the service has no part in seals';
	assert not has_column_privilege('accord_api', 'restricted.audit_event', 'transaction', 'insert'),
		'the service says nothing of the transaction';
end
$$;

rollback;
