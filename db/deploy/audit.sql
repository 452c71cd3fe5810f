-- SPDX-License-Identifier: MIT
-- Deploy accord:audit to pg
-- requires: tenancy
-- Who did what: events, written with what they tell of, and batches, which seal them in a chain of hashes.

begin;

set local role accord_owner;

create table restricted.audit_event (
	id uuid not null,
	transaction xid8 not null default pg_current_xact_id(),
	at timestamptz not null default accord.now(),
	operation text collate "C" not null,
	outcome text collate "C" not null,
	status smallint not null,
	problem text collate "C",
	actor_kind text collate "C",
	actor text collate "C",
	organisation_id uuid,
	subject_id uuid,
	trace uuid not null,
	omitted integer not null default 0,
	constraint audit_event_pkey primary key (id),
	constraint audit_event_whole check (
		outcome in ('written', 'read', 'refused')
		and (actor_kind is null) = (actor is null)
		and actor_kind in ('client', 'person')
	)
);

create index audit_event_transaction_idx on restricted.audit_event (transaction, id);
create index audit_event_organisation_idx on restricted.audit_event (organisation_id, id);

comment on table restricted.audit_event is
	'What callers did and were refused. Only ever added to; names nobody but by our own identifiers.';
comment on column restricted.audit_event.id is 'A version 7 UUID: in the order of time.';
comment on column restricted.audit_event.transaction is 'Which wrote it, as the server says: what is older than every one that runs can be sealed.';
comment on column restricted.audit_event.at is 'When.';
comment on column restricted.audit_event.operation is 'The operationId of the contract.';
comment on column restricted.audit_event.outcome is 'written, read (personal data) or refused.';
comment on column restricted.audit_event.status is 'The status of the reply.';
comment on column restricted.audit_event.problem is 'The problem type of a refusal.';
comment on column restricted.audit_event.actor_kind is 'client or person; null when anybody may.';
comment on column restricted.audit_event.actor is 'The client''s id or the person''s; null when anybody may.';
comment on column restricted.audit_event.organisation_id is 'For whom the actor acted; null: for none.';
comment on column restricted.audit_event.subject_id is 'The record that the request named, or made; null when it is none of ours.';
comment on column restricted.audit_event.trace is 'The trace id, which the log has too, without hyphens.';
comment on column restricted.audit_event.omitted is 'Refusals of the actor before this one that were only counted.';

create table restricted.audit_batch (
	number bigint not null,
	upto xid8 not null,
	events integer not null,
	total bigint not null,
	at timestamptz not null,
	previous bytea not null,
	digest bytea not null,
	constraint audit_batch_pkey primary key (number),
	constraint audit_batch_follows unique (previous),
	constraint audit_batch_events_some check (events > 0),
	constraint audit_batch_digests_whole check (length(previous) = 32 and length(digest) = 32)
);

comment on table restricted.audit_batch is 'Seals: each holds the events between its predecessor''s bound and its own, and its predecessor''s digest.';
comment on column restricted.audit_batch.number is 'From 1 on, without a gap.';
comment on column restricted.audit_batch.upto is 'Events of transactions before this one are sealed.';
comment on column restricted.audit_batch.events is 'How many it seals.';
comment on column restricted.audit_batch.total is 'How many are sealed up to it.';
comment on column restricted.audit_batch.at is 'When it was made.';
comment on column restricted.audit_batch.previous is 'The digest of the batch before; 32 zero bytes for the first.';
comment on column restricted.audit_batch.digest is 'SHA-256 of "number upto events total previous", each with a line end, and the SHA-256 of each event by transaction and id.';

create function accord.refuse_change() returns trigger
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
	raise exception 'the audit is only ever added to';
end
$$;

comment on function accord.refuse_change() is 'Fails: for tables that only grow.';

create trigger audit_event_grows before update or delete or truncate on restricted.audit_event
	for each statement execute function accord.refuse_change();
create trigger audit_batch_grows before update or delete or truncate on restricted.audit_batch
	for each statement execute function accord.refuse_change();

create function accord.audit_digest(event restricted.audit_event) returns bytea
language sql stable parallel safe
return sha256(convert_to(jsonb_build_array(
	(event).id, (event).transaction::text, (extract(epoch from (event).at) * 1000000)::bigint, (event).operation,
	(event).outcome, (event).status, (event).problem, (event).actor_kind, (event).actor, (event).organisation_id,
	(event).subject_id, (event).trace, (event).omitted
)::text, 'UTF8'));

comment on function accord.audit_digest(restricted.audit_event) is
	'SHA-256 of an event: its columns in their order as a JSON array, ", " between them; at as microseconds since 1970, transaction as a string.';

create function accord.seal_audit() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog
as $$
declare
	last restricted.audit_batch;
	bound xid8 := pg_snapshot_xmin(pg_current_snapshot());
	early xid8;
	made restricted.audit_batch;
	digests bytea;
begin
	-- One seals at a time, whichever process asks; the others have nothing to do.
	if not pg_try_advisory_xact_lock(hashtextextended('accord.seal_audit', 0)) then
		return 0;
	end if;
	select b.* into last from restricted.audit_batch b order by b.number desc limit 1;
	-- At most so many in one batch, ended between two transactions.
	select e.transaction into early
	from restricted.audit_event e
	where e.transaction >= coalesce(last.upto, '0') and e.transaction < bound
	order by e.transaction, e.id
	offset 10000 limit 1;
	if early > coalesce(last.upto, '0') then
		bound := early;
	end if;
	select count(*), string_agg(accord.audit_digest(e), '' order by e.transaction, e.id)
	into made.events, digests
	from restricted.audit_event e
	where e.transaction >= coalesce(last.upto, '0') and e.transaction < bound;
	if made.events = 0 then
		return 0;
	end if;
	made.number := coalesce(last.number, 0) + 1;
	made.total := coalesce(last.total, 0) + made.events;
	made.previous := coalesce(last.digest, decode(repeat('00', 32), 'hex'));
	made.digest := sha256(convert_to(
		concat_ws(e'\n', made.number, bound, made.events, made.total, encode(made.previous, 'hex'), ''), 'UTF8'
	) || digests);
	insert into restricted.audit_batch (number, upto, events, total, at, previous, digest)
	values (made.number, bound, made.events, made.total, accord.now(), made.previous, made.digest);
	return made.events;
end
$$;

comment on function accord.seal_audit() is
	'Seals the events of transactions that are over, 10000 or so at most, and returns how many; 0 when there are none or another seals.';

call accord.protect('audit_event', 'audit_batch');
create policy verified on restricted.audit_event for select to accord_admin using (true);
create policy verified on restricted.audit_batch for select to accord_admin using (true);
grant select on restricted.audit_event, restricted.audit_batch to accord_admin;

-- Nobody writes in another's name. Each write pays for this: the settings are compared as they are.
create policy own on restricted.audit_event for insert to accord_api
	with check (
		actor is not distinct from nullif(current_setting('accord.caller_subject', true), '')
		and organisation_id::text is not distinct from nullif(current_setting('accord.caller_organisation', true), '')
	);
create policy administered on restricted.audit_event for select to accord_api
	using (
		organisation_id = (select accord.caller_organisation())
		and (
			(select accord.caller_client()) is not null
			or (select accord.caller_role()) = 'administrator'
		)
	);

-- When, and by which transaction, the database says.
grant insert (id, operation, outcome, status, problem, actor_kind, actor, organisation_id, subject_id, trace, omitted)
	on restricted.audit_event to accord_api;
grant select on restricted.audit_event to accord_api;
grant usage on schema restricted to accord_admin;
grant execute on function accord.seal_audit() to accord_api;
revoke execute on function accord.refuse_change(), accord.audit_digest(restricted.audit_event) from public;

commit;
