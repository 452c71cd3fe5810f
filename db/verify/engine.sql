-- SPDX-License-Identifier: MIT
-- Verify accord:engine on pg

begin;

select caller, operation, path, key, fingerprint, status, etag, location, body, created_at
from accord.idempotency
where false;

select has_function_privilege('accord_api', 'accord.claim_key(text, text, text, text, text)', 'execute');
select accord.now(), accord.demand(true, 'conflict');
select schema, relation, name, meaning from accord.constraint_meanings() where false;
select 1 / (not has_function_privilege(
	'accord_worker', 'accord.claim_key(text, text, text, text, text)', 'execute'
))::integer;

rollback;
