-- SPDX-License-Identifier: MIT
-- Verify accord:jobs on pg

begin;

select id, organisation_id, kind, name, size, sha256, state, version, requester, created_at
from restricted.import
where false;
select import_id, number, organisation_id, content, received_at from restricted.import_part where false;
select
	id, kind, organisation_id, requester, caller_client, caller_role, caller_scopes, import_id, import_kind, file_name,
	state, version, attempt, worker, lease_until, run_after, cancel_asked_at, progress, counts, fault, created_at,
	started_at, ended_at
from restricted.job
where false;
select job_id, number, organisation_id, line, key, reason from restricted.job_rejection where false;

do $$
begin
	assert has_function_privilege('accord_worker', 'accord.claim_job(text, integer)', 'execute'),
		'the worker takes jobs';
	assert not has_function_privilege('accord_api', 'accord.claim_job(text, integer)', 'execute'),
		'the service does not';
	assert has_function_privilege('accord_api', 'accord.start_import(uuid, uuid)', 'execute'), 'the service makes them';
	assert not has_function_privilege('accord_worker', 'accord.start_import(uuid, uuid)', 'execute'),
		'the worker does not';
	assert not has_table_privilege('accord_worker', 'restricted.job', 'select'), 'nor does it read the table';
end
$$;

rollback;
