-- SPDX-License-Identifier: MIT
-- Deploy accord:engine to pg
-- requires: schemas
-- What the C engine asks of the database whatever the resource: the clock, refusals, the memory of Idempotency-Keys.

begin;

set local role accord_owner;

-- Read when it is made, not when it is called: so it needs no path of its own, and costs nothing.
create function accord.now() returns timestamptz
language sql stable parallel safe
return coalesce(nullif(current_setting('accord.now', true), '')::timestamptz, transaction_timestamp());

comment on function accord.now() is 'The only clock of SQL: the transaction''s time, or the setting accord.now when a test sets it.';

create function accord.day_of(moment timestamptz) returns date
language sql immutable parallel safe
return (moment at time zone 'Europe/London')::date;

comment on function accord.day_of(timestamptz) is 'The day that a moment is of in London, where those live whom the service is for.';

create function accord.today() returns date
language sql stable parallel safe
return accord.day_of(accord.now());

comment on function accord.today() is 'The day it is in London.';

create function accord.refuse(code text, pointer text default null, detail text default null) returns void
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
begin
	raise exception using
		errcode = 'AC001', message = code, detail = coalesce(pointer, ''), hint = coalesce(detail, '');
end
$$;

comment on function accord.refuse(text, text, text) is
	'Refuses the request: code is a problem type, pointer a JSON Pointer into the body or the name of a parameter, detail a sentence.';

create function accord.demand(ok boolean, code text, pointer text default null, detail text default null)
returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
begin
	if ok is not true then
		perform accord.refuse(code, pointer, detail);
	end if;
	return true;
end
$$;

comment on function accord.demand(boolean, text, text, text) is
	'True when ok is true, otherwise the refusal accord.refuse(code, pointer, detail).';

create function accord.late() returns text
language plpgsql stable parallel safe cost 100
set search_path = pg_catalog
as $$
begin
	return null;
end
$$;

comment on function accord.late() is
	'Null, and dear in the eyes of the planner: coalesce(what, accord.late()) is computed behind the limit of a list, not for all rows that are sorted. What may be null is asked before: a call takes longer than it spares.';

create function accord.open_session() returns void
language sql stable
set search_path = pg_catalog, postgis
as $$
	select st_transform(st_setsrid(st_makepoint(0, 51), 4326), 27700)
$$;

comment on function accord.open_session() is
	'Run once by each connection of the service: loads what the first search by place would otherwise wait for.';

create table accord.idempotency (
	caller text not null,
	operation text not null,
	path text not null,
	key text not null,
	fingerprint text not null,
	status smallint not null,
	etag text,
	location text,
	body text compression lz4,
	created_at timestamptz not null,
	primary key (caller, operation, path, key)
);

create index idempotency_created_at on accord.idempotency (created_at);

comment on table accord.idempotency is 'The stored 2xx reply of each write that carried an Idempotency-Key, for 24 hours.';

create function accord.claim_key(caller text, operation text, path text, key text, fingerprint text) returns void
language plpgsql volatile
set search_path = pg_catalog
as $$
declare
	stored text;
begin
	if not pg_try_advisory_xact_lock(hashtextextended(concat_ws(e'\n', caller, operation, path, key), 0)) then
		perform accord.refuse('busy', 'Idempotency-Key');
	end if;
	select i.fingerprint
	into stored
	from accord.idempotency i
	where i.caller = claim_key.caller
	and i.operation = claim_key.operation
	and i.path = claim_key.path
	and i.key = claim_key.key
	and i.created_at > accord.now() - interval '24 hours';
	if stored is null then
		return;
	end if;
	if stored <> fingerprint then
		perform accord.refuse('key-reused', 'Idempotency-Key');
	end if;
	raise exception using errcode = 'AC002', message = 'replay';
end
$$;

comment on function accord.claim_key(text, text, text, text, text) is
	'Claims an Idempotency-Key until the transaction ends; refuses when it is busy or was used with another body, raises AC002 when a reply is stored.';

-- In a language that keeps its plans: every write that can be repeated asks.
create function accord.store_reply(
	caller text, operation text, path text, key text, fingerprint text,
	status smallint, etag text, location text, body text
) returns void
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
	insert into accord.idempotency
		(caller, operation, path, key, fingerprint, status, etag, location, body, created_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, accord.now())
	on conflict on constraint idempotency_pkey do update
	set fingerprint = excluded.fingerprint, status = excluded.status, etag = excluded.etag,
		location = excluded.location, body = excluded.body, created_at = excluded.created_at;
end
$$;

comment on function accord.store_reply(text, text, text, text, text, smallint, text, text, text) is
	'Keeps the reply of a write in its own transaction, so that a repeat with the same key gets the same answer.';

-- As an error names them: a constraint or unique index by its table, or the domain that it is of.
create function accord.constraint_meanings() returns table (schema text, relation text, name text, meaning text)
language sql stable
set search_path = pg_catalog
as $$
	select n.nspname::text, coalesce(r.relname, t.typname)::text, c.conname::text,
		obj_description(c.oid, 'pg_constraint')
	from pg_constraint c
	join pg_namespace n on n.oid = c.connamespace
	left join pg_class r on r.oid = c.conrelid
	left join pg_type t on t.oid = c.contypid
	where obj_description(c.oid, 'pg_constraint') is not null
	and n.nspname not in ('pg_catalog', 'information_schema')
	union all
	select n.nspname::text, r.relname::text, i.relname::text, obj_description(i.oid, 'pg_class')
	from pg_index x
	join pg_class i on i.oid = x.indexrelid
	join pg_class r on r.oid = x.indrelid
	join pg_namespace n on n.oid = r.relnamespace
	where obj_description(i.oid, 'pg_class') is not null
$$;

comment on function accord.constraint_meanings() is
	'What a broken constraint of a relation means to a client: its comment, "<problem type> <pointer> <text>".';

-- For migrations. The owner's functions pass by a policy of their own.
create procedure accord.protect(variadic names text[])
language plpgsql
set search_path = pg_catalog
as $$
declare
	name text;
begin
	foreach name in array names loop
		execute format('alter table restricted.%I enable row level security', name);
		execute format('alter table restricted.%I force row level security', name);
		execute format(
			'create policy functions on restricted.%I to accord_owner using (true) with check (true)', name
		);
	end loop;
end
$$;

comment on procedure accord.protect(text[]) is
	'Puts tables of the schema restricted under forced row security, which shows nothing yet to whoever may log in.';

revoke all on all routines in schema accord from public;
grant usage on schema accord to accord_api, accord_worker;
grant execute on function accord.now(), accord.refuse(text, text, text), accord.demand(boolean, text, text, text),
	accord.late(), accord.constraint_meanings() to accord_api, accord_worker;
grant execute on function accord.open_session() to accord_api;
grant execute on function accord.claim_key(text, text, text, text, text),
	accord.store_reply(text, text, text, text, text, smallint, text, text, text) to accord_api;
grant select, insert, update on accord.idempotency to accord_api;
grant select, delete on accord.idempotency to accord_worker;

commit;
