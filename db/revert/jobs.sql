-- SPDX-License-Identifier: MIT
-- Revert accord:jobs from pg

begin;

revoke execute on function accord.open_session() from accord_worker;

drop trigger organisation_jobs_moved on restricted.organisation;
drop trigger client_jobs_ended on restricted.client;
drop trigger client_jobs_ended_with_it on restricted.client;
drop trigger person_grant_jobs_ended on restricted.person_grant;
drop trigger person_grant_jobs_ended_with_it on restricted.person_grant;
drop function accord.move_jobs();
drop function accord.end_jobs();
drop function accord.sweep();
drop function accord.release_job(uuid, text, integer);
drop function accord.fail_job(uuid, text, integer, text, boolean);
drop function accord.finish_job(uuid, text, integer, bigint[]);
drop function accord.reject_rows(uuid, text, integer, integer, bigint[], text[], text[]);
drop function accord.read_part(uuid, text, integer, integer);
drop function accord.beat_job(uuid, text, integer, integer, integer);
drop function accord.holds_job(uuid, text, integer);
drop function accord.claim_job(text, integer);
drop function accord.schedule_sweep();
drop function accord.cancel_job(uuid);
drop function accord.drop_import(uuid);
drop function accord.start_import(uuid, uuid);
drop function accord.put_part(uuid, integer, bytea);
drop function accord.part_bytes(bigint, integer);
drop table restricted.job_rejection;
drop table restricted.job;
drop table restricted.import_part;
drop table restricted.import;
drop function accord.tell_job();
drop function accord.note_job();

commit;
