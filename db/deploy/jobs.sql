-- SPDX-License-Identifier: MIT
-- Deploy accord:jobs to pg
-- requires: tenancy
-- What is slow and runs in "accord work", and the files that are sent for it in parts.

begin;

set local role accord_owner;

create table restricted.import (
	id uuid not null,
	organisation_id uuid not null,
	kind text not null,
	name text not null,
	size bigint not null,
	sha256 bytea not null,
	state text not null default 'open',
	version integer not null default 1,
	requester text not null,
	created_at timestamptz not null,
	constraint import_pkey primary key (id),
	constraint import_kind_form check (kind ~ '^[a-z]+(-[a-z]+)*$' and length(kind) <= 40),
	constraint import_name_form check (name ~ '^[A-Za-z0-9][A-Za-z0-9._ -]{0,199}$'),
	constraint import_size_bounded check (size between 1 and accord.most('import bytes')),
	constraint import_sha256_length check (length(sha256) = 32),
	constraint import_state_known check (state in ('open', 'started'))
);

create index import_organisation_idx on restricted.import (organisation_id, state);
create index import_created_idx on restricted.import (created_at);

comment on table restricted.import is 'Files that are sent in parts, to be imported by a job.';
comment on column restricted.import.id is 'Which.';
comment on column restricted.import.organisation_id is
	'For whom it is sent; no foreign key, for registers are imported anew while it lasts.';
comment on column restricted.import.kind is 'What the file holds, in the words of "accord import".';
comment on column restricted.import.name is 'The file''s name: some publishers say in it for when it is.';
comment on column restricted.import.size is 'Bytes of the whole file, as announced.';
comment on column restricted.import.sha256 is 'SHA-256 of the whole file, as announced.';
comment on column restricted.import.state is 'open while parts may be sent; started once a job has it.';
comment on column restricted.import.version is 'Rises with each change, of its parts too.';
comment on column restricted.import.requester is 'Who announced it: a client''s or person''s id.';
comment on column restricted.import.created_at is 'When it was announced.';

create table restricted.import_part (
	import_id uuid not null,
	number integer not null,
	organisation_id uuid not null,
	content bytea not null,
	received_at timestamptz not null,
	constraint import_part_pkey primary key (import_id, number),
	constraint import_part_import_fkey foreign key (import_id) references restricted.import (id) on delete cascade,
	constraint import_part_number_bounded check (number >= 1),
	constraint import_part_content_bounded check (length(content) between 1 and accord.most('part bytes'))
);

-- What is sent is compressed already, or read once.
alter table restricted.import_part alter column content set storage external;

comment on table restricted.import_part is 'The parts of a file that have arrived; gone when its job is over.';
comment on column restricted.import_part.import_id is 'Of which file.';
comment on column restricted.import_part.number is 'Its place, from 1; all but the last are as large as a part may be.';
comment on column restricted.import_part.organisation_id is 'The import''s.';
comment on column restricted.import_part.content is 'Its bytes.';
comment on column restricted.import_part.received_at is 'When it last arrived.';

create table restricted.job (
	id uuid not null,
	kind text not null,
	organisation_id uuid,
	requester text not null,
	caller_client text not null,
	caller_role text not null,
	caller_scopes text not null,
	import_id uuid,
	import_kind text,
	file_name text,
	state text not null default 'queued',
	version integer not null default 1,
	attempt integer not null default 0,
	worker text,
	lease_until timestamptz,
	run_after timestamptz not null,
	cancel_asked_at timestamptz,
	progress integer not null default 0,
	counts bigint[],
	fault text,
	created_at timestamptz not null,
	started_at timestamptz,
	ended_at timestamptz,
	constraint job_pkey primary key (id),
	constraint job_import_key unique (import_id),
	constraint job_import_fkey foreign key (import_id) references restricted.import (id) on delete set null,
	constraint job_kind_known check (kind in ('import', 'sweep')),
	constraint job_state_known check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
	constraint job_held_while_running check ((state = 'running') = (worker is not null and lease_until is not null)),
	constraint job_over_when_ended check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
	constraint job_progress_percent check (progress between 0 and 100),
	constraint job_counts_six check (cardinality(counts) = 6),
	constraint job_organisation_known check (organisation_id is not null or kind = 'sweep')
);

create index job_created_idx on restricted.job (created_at, id);
create index job_organisation_idx on restricted.job (organisation_id, created_at, id);
create index job_waiting_idx on restricted.job (created_at, id) where state in ('queued', 'running');
create unique index job_sweep_once_idx on restricted.job (kind) where kind = 'sweep' and state in ('queued', 'running');

comment on table restricted.job is 'What "accord work" does, has done, and is to do.';
comment on column restricted.job.id is 'Which.';
comment on column restricted.job.kind is 'import: merge a file into the registers; sweep: forget what is old.';
comment on column restricted.job.organisation_id is 'For whom it is done; null for what the service does for itself.';
comment on column restricted.job.requester is 'Who asked: a client''s or person''s id; the job acts for it.';
comment on column restricted.job.caller_client is 'The client that asked; empty when a person did.';
comment on column restricted.job.caller_role is 'The role in which it was asked; empty for a client.';
comment on column restricted.job.caller_scopes is 'The scopes with which it was asked.';
comment on column restricted.job.import_id is 'The file of an import, while it is kept.';
comment on column restricted.job.import_kind is 'What the file holds.';
comment on column restricted.job.file_name is 'The file''s name.';
comment on column restricted.job.state is 'queued, running, done, failed or cancelled.';
comment on column restricted.job.version is 'Rises when its state does, or when it is to be cancelled; not with its progress.';
comment on column restricted.job.attempt is 'How often a worker has begun it.';
comment on column restricted.job.worker is 'Who runs it.';
comment on column restricted.job.lease_until is 'Until when its worker has it; then another may take it.';
comment on column restricted.job.run_after is 'Before which it is not begun.';
comment on column restricted.job.cancel_asked_at is 'Since when it is to end.';
comment on column restricted.job.progress is 'How much is done, in percent, as its worker guesses.';
comment on column restricted.job.counts is 'Rows: all, inserted, updated, unchanged, rejected, skipped; null until done.';
comment on column restricted.job.fault is 'Why it failed, for the requester.';
comment on column restricted.job.created_at is 'When it was asked for.';
comment on column restricted.job.started_at is 'When it was first begun.';
comment on column restricted.job.ended_at is 'When it was over.';

create table restricted.job_rejection (
	job_id uuid not null,
	number integer not null,
	organisation_id uuid not null,
	line bigint not null,
	key text,
	reason text not null,
	constraint job_rejection_pkey primary key (job_id, number),
	constraint job_rejection_job_fkey foreign key (job_id) references restricted.job (id) on delete cascade
);

comment on table restricted.job_rejection is 'The rows that an import did not take, as many as are kept.';
comment on column restricted.job_rejection.job_id is 'Of which job.';
comment on column restricted.job_rejection.number is 'Its place among them, from 1.';
comment on column restricted.job_rejection.organisation_id is 'The job''s.';
comment on column restricted.job_rejection.line is 'The line of the file on which the row begins.';
comment on column restricted.job_rejection.key is 'The row''s key, shortened; null when it has none.';
comment on column restricted.job_rejection.reason is 'Why it was not taken.';

-- Who sees what: the organisation that asked, and whoever operates the service.

call accord.protect('import', 'import_part', 'job', 'job_rejection');

create policy own on restricted.import for select to accord_api
	using (organisation_id = any((select accord.caller_organisations())::uuid[]));
create policy made on restricted.import for insert to accord_api
	with check (organisation_id = (select accord.caller_organisation()));
create policy locked on restricted.import for update to accord_api
	using (organisation_id = any((select accord.caller_organisations())::uuid[]))
	with check (organisation_id = (select accord.caller_organisation()));
create policy own on restricted.import_part for select to accord_api
	using (organisation_id = any((select accord.caller_organisations())::uuid[]));
create policy own on restricted.job for select to accord_api
	using (
		organisation_id = any((select accord.caller_organisations())::uuid[])
		or (select accord.caller_may('jobs:operate'))
	);
create policy locked on restricted.job for update to accord_api
	using (
		organisation_id = any((select accord.caller_organisations())::uuid[])
		or (select accord.caller_may('jobs:operate'))
	)
	with check (
		organisation_id = (select accord.caller_organisation())
		or (select accord.caller_may('jobs:operate'))
	);
create policy own on restricted.job_rejection for select to accord_api
	using (
		organisation_id = any((select accord.caller_organisations())::uuid[])
		or (select accord.caller_may('jobs:operate'))
	);

grant select, insert (id, organisation_id, kind, name, size, sha256, requester, created_at), update (version)
	on restricted.import to accord_api;
grant select (import_id, number, organisation_id, received_at) on restricted.import_part to accord_api;
grant select, update (version) on restricted.job to accord_api;
grant select on restricted.job_rejection to accord_api;

-- What follows from a change of a job, whoever makes it.

create function accord.note_job() returns trigger
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
	if (new.state, new.cancel_asked_at) is distinct from (old.state, old.cancel_asked_at) then
		new.version := old.version + 1;
	end if;
	if new.state <> 'running' then
		new.worker := null;
		new.lease_until := null;
	end if;
	if new.state in ('done', 'failed', 'cancelled') and old.ended_at is null then
		new.ended_at := accord.now();
		delete from restricted.import_part as p where p.import_id = new.import_id;
	end if;
	return new;
end
$$;

comment on function accord.note_job() is
	'Raises the version with the state, takes the lease from what does not run, and the file from what is over.';

create function accord.tell_job() returns trigger
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
	perform pg_notify('accord_job', '');
	return null;
end
$$;

comment on function accord.tell_job() is 'Says on the channel accord_job that there is something to do.';

-- A job acts for whoever asked for it, as long as that one may.
create function accord.end_jobs() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	gone text := to_jsonb(old) ->> case tg_relid when 'restricted.client'::regclass then 'id' else 'person_id' end;
begin
	update restricted.job as j
	set
		state = case j.state when 'queued' then 'cancelled' else j.state end,
		cancel_asked_at = coalesce(j.cancel_asked_at, accord.now())
	where j.requester = gone and j.organisation_id = old.organisation_id and j.state in ('queued', 'running');
	return null;
end
$$;

comment on function accord.end_jobs() is
	'Cancels the jobs of a client that is disabled or gone, or of a person whose role has changed or ended.';

create trigger client_jobs_ended after delete on restricted.client for each row execute function accord.end_jobs();
create trigger client_jobs_ended_with_it after update of disabled_at on restricted.client
	for each row when (new.disabled_at is not null and old.disabled_at is null) execute function accord.end_jobs();
create trigger person_grant_jobs_ended after delete on restricted.person_grant
	for each row execute function accord.end_jobs();
create trigger person_grant_jobs_ended_with_it after update of role on restricted.person_grant
	for each row when (new.role <> old.role) execute function accord.end_jobs();

create function accord.move_jobs() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	update restricted.import as i set organisation_id = new.merged_into where i.organisation_id = new.id;
	update restricted.import_part as p set organisation_id = new.merged_into where p.organisation_id = new.id;
	update restricted.job as j set organisation_id = new.merged_into where j.organisation_id = new.id;
	update restricted.job_rejection as r set organisation_id = new.merged_into where r.organisation_id = new.id;
	return null;
end
$$;

comment on function accord.move_jobs() is
	'Gives the imports and jobs of a merged organisation to the one that it turned out to be.';

create trigger organisation_jobs_moved after update on restricted.organisation
	for each row when (new.state = 'merged' and old.state <> 'merged') execute function accord.move_jobs();

create trigger job_noted before update on restricted.job for each row execute function accord.note_job();
create trigger job_told after insert on restricted.job for each row execute function accord.tell_job();

-- What the service asks, once the record has been locked under the caller's own eyes.

create function accord.part_bytes(size bigint, number integer) returns bigint
language sql immutable parallel safe
return least(accord.most('part bytes'), size - (number - 1) * accord.most('part bytes'));

comment on function accord.part_bytes(bigint, integer) is
	'How long a part of a file of a size is; zero or less beyond the last one.';

create function accord.put_part(import uuid, number integer, content bytea) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	file restricted.import;
	wanted bigint;
begin
	select i.* into file from restricted.import as i where i.id = import for update;
	perform accord.demand(file.state = 'open', 'conflict', null, 'The import has been started.');
	wanted := accord.part_bytes(file.size, number);
	perform accord.demand(wanted > 0, 'not-found');
	perform accord.demand(
		length(content) = wanted, 'rule-broken', '', format('Part %s is %s bytes long.', number, wanted)
	);
	insert into restricted.import_part as p (import_id, number, organisation_id, content, received_at)
	values (import, put_part.number, file.organisation_id, put_part.content, accord.now())
	on conflict on constraint import_part_pkey do update
	set content = excluded.content, received_at = excluded.received_at
	where p.content <> excluded.content;
	update restricted.import as i set version = i.version + 1 where found and i.id = import;
end
$$;

comment on function accord.put_part(uuid, integer, bytea) is
	'Keeps a part of an open import instead of any before; the same again changes nothing.';

create function accord.start_import(import uuid, job uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	file restricted.import;
	received bigint;
	digest bytea;
begin
	select i.* into file from restricted.import as i where i.id = import for update;
	perform accord.demand(file.state = 'open', 'conflict', null, 'The import has been started.');
	select coalesce(sum(length(p.content)), 0), sha256(coalesce(string_agg(p.content, '' order by p.number), ''))
	into received, digest
	from restricted.import_part as p
	where p.import_id = import;
	perform accord.demand(
		received = file.size, 'rule-broken', null, format('%s of %s bytes have arrived.', received, file.size)
	);
	perform accord.demand(
		digest = file.sha256, 'rule-broken', null, 'The SHA-256 is ' || encode(digest, 'hex') || '.'
	);
	perform pg_advisory_xact_lock(hashtextextended('jobs of ' || file.organisation_id, 0));
	perform accord.demand(
		(
			select count(*) < accord.most('waiting jobs')
			from restricted.job as j
			where j.organisation_id = file.organisation_id and j.state in ('queued', 'running')
		),
		'conflict', null, format('The organisation has %s jobs that wait or run.', accord.most('waiting jobs'))
	);
	update restricted.import as i set state = 'started', version = i.version + 1 where i.id = import;
	insert into restricted.job (
		id, kind, organisation_id, requester, caller_client, caller_role, caller_scopes, import_id, import_kind,
		file_name, run_after, created_at
	)
	values (
		job, 'import', file.organisation_id, current_setting('accord.caller_subject'),
		current_setting('accord.caller_client'), current_setting('accord.caller_role'),
		current_setting('accord.caller_scopes'), import, file.kind, file.name, accord.now(), accord.now()
	);
end
$$;

comment on function accord.start_import(uuid, uuid) is
	'Makes the job of an import that is whole; refuses one that is not as it was announced.';

create function accord.drop_import(import uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	delete from restricted.import as i where i.id = import and i.state = 'open';
	perform accord.demand(found, 'conflict', null, 'The import has been started.');
end
$$;

comment on function accord.drop_import(uuid) is 'Forgets an open import and its parts.';

create function accord.cancel_job(job uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform accord.demand(
		(select j.state in ('queued', 'running') from restricted.job as j where j.id = job for update),
		'conflict', null, 'The job is over.'
	);
	update restricted.job as j
	set
		state = case j.state when 'queued' then 'cancelled' else j.state end,
		cancel_asked_at = coalesce(j.cancel_asked_at, accord.now())
	where j.id = job;
end
$$;

comment on function accord.cancel_job(uuid) is
	'Ends a job that waits, and has its worker end one that runs; refuses one that is over.';

-- What the worker asks. It names itself and the attempt: what another has taken since is refused.

create function accord.schedule_sweep() returns void
language sql volatile
set search_path = pg_catalog
as $$
	insert into restricted.job
		(id, kind, requester, caller_client, caller_role, caller_scopes, run_after, created_at)
	select gen_random_uuid(), 'sweep', 'service', '', '', '', accord.now(), accord.now()
	where not exists (
		select
		from restricted.job as j
		where j.kind = 'sweep' and j.created_at > accord.now() - interval '1 hour'
	)
	on conflict do nothing
$$;

comment on function accord.schedule_sweep() is 'Has a sweep done each hour.';

create function accord.claim_job(worker text, lease_seconds integer) returns table (
	id uuid, kind text, attempt integer, organisation_id uuid, requester text, caller_client text, caller_role text,
	caller_scopes text, import_id uuid, import_kind text, file_name text, parts integer, waited_ms bigint
)
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
	found_id uuid;
begin
	perform accord.schedule_sweep();
	update restricted.job as j
	set
		state = case when j.cancel_asked_at is null then 'failed' else 'cancelled' end,
		fault = case when j.cancel_asked_at is null then 'Every attempt was cut short.' end
	where j.state = 'running' and j.lease_until < accord.now()
	and (j.cancel_asked_at is not null or j.attempt >= accord.most('attempts'));
	select j.id
	into found_id
	from restricted.job as j
	where j.state in ('queued', 'running')
	and case j.state when 'queued' then j.run_after <= accord.now() else j.lease_until < accord.now() end
	order by j.created_at, j.id
	limit 1
	for update skip locked;
	update restricted.job as j
	set
		state = 'running', attempt = j.attempt + 1, worker = claim_job.worker, progress = 0,
		lease_until = accord.now() + make_interval(secs => lease_seconds),
		started_at = coalesce(j.started_at, accord.now())
	where j.id = found_id;
	return query
	select
		j.id, j.kind, j.attempt, j.organisation_id, j.requester, j.caller_client, j.caller_role, j.caller_scopes,
		j.import_id, j.import_kind, j.file_name,
		(select count(*)::integer from restricted.import_part as p where p.import_id = j.import_id),
		(extract(epoch from accord.now() - greatest(j.created_at, j.run_after)) * 1000)::bigint
	from restricted.job as j
	where j.id = found_id;
end
$$;

comment on function accord.claim_job(text, integer) is
	'Gives a worker the oldest job that waits or whose lease is over, for so many seconds; no row when there is none. Ends those that were cut short too often.';

create function accord.holds_job(job uuid, worker text, attempt integer) returns boolean
language sql volatile
set search_path = pg_catalog
as $$
	select true
	from restricted.job as j
	where j.id = $1 and j.state = 'running' and j.worker = $2 and j.attempt = $3
	for update
$$;

comment on function accord.holds_job(uuid, text, integer) is
	'Locks a job; true when the worker still has it in this attempt, else null.';

create function accord.beat_job(job uuid, worker text, attempt integer, lease_seconds integer, progress integer)
returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	if accord.holds_job(job, worker, attempt) is null then
		return 'lost';
	end if;
	update restricted.job as j
	set
		progress = greatest(j.progress, beat_job.progress),
		lease_until = accord.now() + make_interval(secs => lease_seconds)
	where j.id = job;
	return (
		select case when j.cancel_asked_at is null then 'held' else 'cancelled' end
		from restricted.job as j
		where j.id = job
	);
end
$$;

comment on function accord.beat_job(uuid, text, integer, integer, integer) is
	'Lengthens a lease and keeps the progress; held, cancelled when the job is to end, or lost.';

create function accord.read_part(job uuid, worker text, attempt integer, number integer) returns bytea
language sql volatile security definer
set search_path = ''
as $$
	select p.content
	from restricted.job as j
	join restricted.import_part as p on p.import_id = j.import_id
	where j.id = $1 and j.state = 'running' and j.worker = $2 and j.attempt = $3 and p.number = $4
$$;

comment on function accord.read_part(uuid, text, integer, integer) is 'A part of the file of a job that the worker has.';

create function accord.reject_rows(
	job uuid, worker text, attempt integer, first integer, lines bigint[], keys text[], reasons text[]
) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform accord.demand(accord.holds_job(job, worker, attempt), 'conflict', null, 'The job is somebody else''s.');
	insert into restricted.job_rejection (job_id, number, organisation_id, line, key, reason)
	select j.id, first + r.place - 1, j.organisation_id, r.line, r.key, r.reason
	from restricted.job as j,
		unnest(lines, keys, reasons) with ordinality as r (line, key, reason, place)
	where j.id = job and first + r.place - 1 <= accord.most('kept rejected rows');
end
$$;

comment on function accord.reject_rows(uuid, text, integer, integer, bigint[], text[], text[]) is
	'Keeps rows that an import did not take, the first of them in this place.';

create function accord.finish_job(job uuid, worker text, attempt integer, counts bigint[]) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform accord.demand(accord.holds_job(job, worker, attempt), 'conflict', null, 'The job is somebody else''s.');
	perform accord.demand(
		(select j.cancel_asked_at is null from restricted.job as j where j.id = job), 'conflict', null,
		'The job is to end.'
	);
	update restricted.job as j
	set state = 'done', progress = 100, counts = finish_job.counts
	where j.id = job;
end
$$;

comment on function accord.finish_job(uuid, text, integer, bigint[]) is
	'Says in the transaction of a job''s effect that it is done; refuses, and the effect too, when it is not to be.';

create function accord.fail_job(job uuid, worker text, attempt integer, fault text, again boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	if accord.holds_job(job, worker, attempt) is null then
		return 'lost';
	end if;
	update restricted.job as j
	set
		state = case
			when j.cancel_asked_at is not null then 'cancelled'
			when again and j.attempt < accord.most('attempts') then 'queued'
			else 'failed'
		end,
		fault = case when j.cancel_asked_at is null then fail_job.fault end,
		run_after = accord.now() + j.attempt * interval '5 seconds'
	where j.id = job;
	return (select j.state from restricted.job as j where j.id = job);
end
$$;

comment on function accord.fail_job(uuid, text, integer, text, boolean) is
	'Ends a job without an effect, or has it tried again a little later; the state it has now, or lost.';

create function accord.release_job(job uuid, worker text, attempt integer) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	if accord.holds_job(job, worker, attempt) is null then
		return 'lost';
	end if;
	update restricted.job as j
	set
		state = case when j.cancel_asked_at is null then 'queued' else 'cancelled' end,
		attempt = j.attempt - 1,
		run_after = accord.now()
	where j.id = job;
	return (select j.state from restricted.job as j where j.id = job);
end
$$;

comment on function accord.release_job(uuid, text, integer) is
	'Gives a job back that its worker cannot finish, as if it had not been begun; the state it has now, or lost.';

create function accord.sweep() returns table (
	imports bigint, jobs bigint, replies bigint, assertions bigint, tokens bigint
)
language sql volatile security definer
set search_path = ''
as $$
	with
	old_imports as (
		delete from restricted.import as i
		where i.created_at < accord.now() - make_interval(hours => accord.most('hours of an open import')::integer)
		and not exists (
			select
			from restricted.job as j
			where j.import_id = i.id and j.state in ('queued', 'running')
		)
		returning i.id
	),
	old_jobs as (
		delete from restricted.job as j
		where j.ended_at < accord.now() - make_interval(days => accord.most('days of a job')::integer)
		returning j.id
	),
	old_replies as (
		delete from accord.idempotency as r where r.created_at < accord.now() - interval '24 hours' returning r.key
	),
	old_assertions as (
		delete from restricted.used_assertion as a where a.expires_at < accord.now() returning a.token
	),
	old_tokens as (
		delete from restricted.revoked_token as t where t.expires_at < accord.now() returning t.token
	)
	select
		(select count(*) from old_imports),
		(select count(*) from old_jobs),
		(select count(*) from old_replies),
		(select count(*) from old_assertions),
		(select count(*) from old_tokens)
$$;

comment on function accord.sweep() is 'Forgets what is old; how many of each.';

grant execute on function accord.put_part(uuid, integer, bytea),
	accord.part_bytes(bigint, integer), accord.start_import(uuid, uuid), accord.drop_import(uuid),
	accord.cancel_job(uuid) to accord_api;
grant execute on function accord.open_session(), accord.claim_job(text, integer),
	accord.beat_job(uuid, text, integer, integer, integer), accord.read_part(uuid, text, integer, integer),
	accord.reject_rows(uuid, text, integer, integer, bigint[], text[], text[]),
	accord.finish_job(uuid, text, integer, bigint[]), accord.fail_job(uuid, text, integer, text, boolean),
	accord.release_job(uuid, text, integer), accord.sweep()
	to accord_worker;

commit;
