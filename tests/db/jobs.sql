-- SPDX-License-Identifier: MIT
-- Jobs and imports: what the functions of the service and the worker do and refuse, and who sees what.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
grant usage on schema pgtap to accord_api, accord_worker;
set local search_path = pgtap, postgis;

select plan(49);

select function_privs_are('accord', name::name, arguments::text[], 'accord_api', array['EXECUTE'])
from (
	values
		('put_part', '{uuid,integer,bytea}'), ('start_import', '{uuid,uuid}'), ('drop_import', '{uuid}'),
		('cancel_job', '{uuid}')
) as granted (name, arguments);
select function_privs_are('accord', name::name, arguments::text[], 'accord_worker', array[]::text[])
from (
	values
		('put_part', '{uuid,integer,bytea}'), ('start_import', '{uuid,uuid}'), ('drop_import', '{uuid}'),
		('cancel_job', '{uuid}'), ('holds_job', '{uuid,text,integer}'), ('schedule_sweep', '{}')
) as denied (name, arguments);
select function_privs_are('accord', name::name, arguments::text[], 'accord_worker', array['EXECUTE'])
from (
	values
		('claim_job', '{text,integer}'), ('beat_job', '{uuid,text,integer,integer,integer}'),
		('finish_job', '{uuid,text,integer,bigint[]}'), ('sweep', '{}')
) as granted (name, arguments);
select function_privs_are('accord', name::name, arguments::text[], 'accord_api', array[]::text[])
from (
	values
		('claim_job', '{text,integer}'), ('beat_job', '{uuid,text,integer,integer,integer}'),
		('finish_job', '{uuid,text,integer,bigint[]}'), ('sweep', '{}')
) as denied (name, arguments);

-- What a statement is refused with, or 'accepted'.
create function pg_temp.refusal(statement text) returns text
language plpgsql
as $$
declare
	message text;
	detail text;
begin
	execute statement;
	return 'accepted';
exception when others then
	get stacked diagnostics message = message_text, detail = pg_exception_hint;
	return concat_ws(': ', message, nullif(detail, ''));
end
$$;

insert into restricted.import (id, organisation_id, kind, name, size, sha256, requester, created_at)
values
	(
		'00000000-0000-7000-a000-000000000001', '00000000-0000-8000-a000-00000000000a', 'areas', 'a.csv', 1048578,
		sha256(convert_to(repeat('x', 1048578), 'UTF8')), 'front', accord.now()
	),
	(
		'00000000-0000-7000-a000-000000000002', '00000000-0000-8000-a000-00000000000b', 'areas', 'b.csv', 1,
		sha256('y'), 'other', accord.now()
	);

create function pg_temp.put(number integer, content text) returns text
language sql
as $$
	select pg_temp.refusal(
		format(
			'select accord.put_part(%L, %s, %L)', '00000000-0000-7000-a000-000000000001', number,
			convert_to(content, 'UTF8')
		)
	)
$$;

create function pg_temp.version() returns integer
language sql
as $$ select version from restricted.import where id = '00000000-0000-7000-a000-000000000001' $$;

select is(pg_temp.put(1, 'x'), 'rule-broken: Part 1 is 1048576 bytes long.', 'every part but the last is whole');
select is(pg_temp.put(3, 'x'), 'not-found', 'there is none beyond the last');
select is(pg_temp.put(2, 'yy'), 'accepted', 'parts come in any order');
select is(pg_temp.version(), 2, 'and raise the version');
select is(pg_temp.put(2, 'yy'), 'accepted', 'a part may come again');
select is(pg_temp.version(), 2, 'and changes nothing');

create function pg_temp.start(job text) returns text
language sql
as $$
	select pg_temp.refusal(
		format('select accord.start_import(%L, %L)', '00000000-0000-7000-a000-000000000001', job)
	)
$$;

select set_config('accord.caller_subject', 'front', true), set_config('accord.caller_client', 'front', true),
	set_config('accord.caller_organisation', '00000000-0000-8000-a000-00000000000a', true),
	set_config('accord.caller_role', '', true), set_config('accord.caller_scopes', '{imports:operate}', true);
select is(
	pg_temp.start('00000000-0000-7000-a000-0000000000f1'), 'rule-broken: 2 of 1048578 bytes have arrived.',
	'what is not whole does not start'
);
select is(pg_temp.put(1, repeat('x', 1048576)), 'accepted', 'a part is as large as a request may be');
select matches(
	pg_temp.start('00000000-0000-7000-a000-0000000000f1'), '^rule-broken: The SHA-256 is [0-9a-f]{64}\.$',
	'nor what has another hash'
);
select is(pg_temp.put(2, 'xx'), 'accepted', 'a part is replaced');
select is(pg_temp.start('00000000-0000-7000-a000-0000000000f1'), 'accepted', 'and then it starts');
select is(
	pg_temp.start('00000000-0000-7000-a000-0000000000f2'), 'conflict: The import has been started.', 'once'
);
select is(pg_temp.put(2, 'zz'), 'conflict: The import has been started.', 'and takes no more');

-- Who sees what.
create function pg_temp.seen(organisation text, scopes text) returns text
language plpgsql
as $$
declare
	imports bigint;
	jobs bigint;
begin
	perform set_config('accord.caller_organisation', organisation, true),
		set_config('accord.caller_scopes', scopes, true);
	set local role accord_api;
	select count(*) into imports from restricted.import;
	select count(*) into jobs from restricted.job;
	reset role;
	return imports || ' ' || jobs;
end
$$;

select is(pg_temp.seen('00000000-0000-8000-a000-00000000000a', ''), '1 1', 'an organisation sees what is its own');
select is(pg_temp.seen('00000000-0000-8000-a000-00000000000b', ''), '1 0', 'and nothing else');
select is(pg_temp.seen('', '{jobs:operate}'), '0 1', 'an operator every job');
select is(pg_temp.seen('', '{jobs:operated,x}'), '0 0', 'by the whole word');
select is(pg_temp.seen('garbage', 'garbage'), '0 0', 'garbage nothing');

-- A worker's claims and leases: the clock goes on between them.
create function pg_temp.claimed(worker text) returns text
language sql
as $$ select kind || ' ' || attempt from accord.claim_job(worker, 30) $$;

create function pg_temp.beat(worker text, attempt integer) returns text
language sql
as $$ select accord.beat_job('00000000-0000-7000-a000-0000000000f1', worker, attempt, 30, 10) $$;

insert into restricted.job (id, kind, requester, caller_client, caller_role, caller_scopes, run_after, created_at)
values (gen_random_uuid(), 'sweep', 'service', '', '', '', 'infinity', '2200-01-01');

set local accord.now = '2130-01-01T00:00:00Z';
select is(pg_temp.claimed('one'), 'import 1', 'a job is claimed');
select is(pg_temp.claimed('two'), null, 'once');
select is(pg_temp.beat('one', 1), 'held', 'a beat keeps it');
select is(pg_temp.beat('two', 1), 'lost', 'for its worker alone');
set local accord.now = '2130-01-01T00:00:31Z';
select is(pg_temp.claimed('two'), 'import 2', 'a lease that is over is taken');
select is(
	array[pg_temp.beat('one', 1), pg_temp.beat('two', 1), pg_temp.beat('two', 2)], array['lost', 'lost', 'held'],
	'and lost to whoever had it'
);
select is(
	pg_temp.refusal(
		$$ select accord.finish_job('00000000-0000-7000-a000-0000000000f1', 'one', 1, '{1,1,0,0,0,0}') $$
	),
	'conflict: The job is somebody else''s.',
	'who can end nothing'
);
select accord.cancel_job('00000000-0000-7000-a000-0000000000f1');
select is(pg_temp.beat('two', 2), 'cancelled', 'a beat tells of a cancellation');
select is(
	pg_temp.refusal(
		$$ select accord.finish_job('00000000-0000-7000-a000-0000000000f1', 'two', 2, '{1,1,0,0,0,0}') $$
	),
	'conflict: The job is to end.',
	'after which nothing is done'
);

-- Whoever asked for a job may not, or no more.
insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at)
select id, 'A client', '00000000-0000-8000-a000-00000000000c', '{imports:operate}', '{}', accord.now()
from unnest('{ended-client,other-client}'::text[]) as made (id);
insert into restricted.person (id, issuer, subject, created_at)
values ('00000000-0000-8000-a000-0000000000ee', 'https://people.example', 'ended', accord.now());
insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at)
select '00000000-0000-8000-a000-0000000000ee', organisation_id, 'operator', '{}', accord.now()
from unnest(
	'{00000000-0000-8000-a000-00000000000c,00000000-0000-8000-a000-00000000000d}'::uuid[]
) as given (organisation_id);
insert into restricted.job (
	id, kind, organisation_id, requester, caller_client, caller_role, caller_scopes, state, worker, lease_until,
	run_after, created_at
)
select
	('00000000-0000-7000-a000-0000000001f' || number)::uuid, 'import', organisation_id::uuid, requester, '', '', '',
	state, case state when 'running' then 'one' end, case state when 'running' then accord.now() end, accord.now(),
	accord.now()
from (
	values
		(1, '00000000-0000-8000-a000-00000000000c', 'ended-client', 'running'),
		(2, '00000000-0000-8000-a000-00000000000c', 'ended-client', 'queued'),
		(3, '00000000-0000-8000-a000-00000000000c', 'other-client', 'queued'),
		(4, '00000000-0000-8000-a000-00000000000c', '00000000-0000-8000-a000-0000000000ee', 'queued'),
		(5, '00000000-0000-8000-a000-00000000000d', '00000000-0000-8000-a000-0000000000ee', 'queued')
) as asked (number, organisation_id, requester, state);

create function pg_temp.going() returns text
language sql
as $$
	select string_agg(
		concat(right(id::text, 1), ' ', state, case when cancel_asked_at is not null then ' to end' end), ', '
		order by id
	)
	from restricted.job
	where id::text like '00000000-0000-7000-a000-0000000001f_' and state in ('queued', 'running')
$$;

update restricted.client set name = 'Another name' where id = 'ended-client';
select is(
	pg_temp.going(), '1 running, 2 queued, 3 queued, 4 queued, 5 queued',
	'a client that is called another name keeps its jobs'
);
update restricted.client set disabled_at = accord.now() where id = 'ended-client';
select is(
	pg_temp.going(), '1 running to end, 3 queued, 4 queued, 5 queued', 'the jobs of a client that is disabled end'
);
update restricted.person_grant set role = 'viewer'
where organisation_id = '00000000-0000-8000-a000-00000000000d';
select is(pg_temp.going(), '1 running to end, 3 queued, 4 queued', 'those of a person with another role too');
delete from restricted.person_grant where person_id = '00000000-0000-8000-a000-0000000000ee';
select is(pg_temp.going(), '1 running to end, 3 queued', 'and those of one without any');

select * from finish();

rollback;
