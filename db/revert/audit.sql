-- SPDX-License-Identifier: MIT
-- Revert accord:audit from pg

begin;

drop function accord.seal_audit();
drop function accord.audit_digest(restricted.audit_event);
drop table restricted.audit_batch;
drop table restricted.audit_event;
drop function accord.refuse_change();

revoke usage on schema restricted from accord_admin;

commit;
