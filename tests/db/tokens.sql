-- SPDX-License-Identifier: MIT
-- Clients, people and revocations: what the functions of the service and the administrator do and refuse.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
grant usage on schema pgtap to accord_api, accord_admin;
set local search_path = pgtap, postgis;

select plan(57);

select function_privs_are('accord', name::name, arguments::text[], role_name::name, array['EXECUTE'])
from (
	values
		('authenticate_client', '{text,bytea}', 'accord_api'),
		('use_assertion', '{text,text,timestamptz}', 'accord_api'),
		('identify_client', '{text,text,timestamptz}', 'accord_api'),
		('identify_person', '{text,text,timestamptz}', 'accord_api'),
		('revoke_token', '{text,timestamptz}', 'accord_api'),
		('rotate_client', '{text,bytea,jsonb,boolean}', 'accord_admin'),
		('disable_client', '{text}', 'accord_admin'),
		('grant_role', '{uuid,text,text,text,text,text,text[]}', 'accord_admin'),
		('revoke_role', '{text,text,text}', 'accord_admin')
) as granted (name, arguments, role_name);
select function_privs_are('accord', name::name, arguments::text[], role_name::name, array[]::text[])
from (
	values
		('rotate_client', '{text,bytea,jsonb,boolean}', 'accord_api'),
		('disable_client', '{text}', 'accord_api'),
		('grant_role', '{uuid,text,text,text,text,text,text[]}', 'accord_api'),
		('authenticate_client', '{text,bytea}', 'accord_admin'),
		('authenticate_client', '{text,bytea}', 'accord_worker'),
		('disable_client', '{text}', 'accord_worker')
) as denied (name, arguments, role_name);

-- Whoever is told of a change, in its order.
create function pg_temp.number() returns bigint
language sql
as $$ select number from accord.access $$;

insert into reference.organisation (id, kind, reference, name, identifiers, resources)
values
	('00000000-0000-8000-a000-00000000000a', 'university', 'x1', 'First', '{ukprn:99999991,hesaCode:9991}', '{}'),
	('00000000-0000-8000-a000-00000000000b', 'university', 'x2', 'Second', '{hesaCode:9991}', '{}');

set local role accord_admin;

select is(
	accord.create_client(
		'front', 'Front end', 'ukprn:99999991', '{tokens:read}', '{192.0.2.0/24,2001:db8::/32}', null, null,
		sha256('one')
	),
	'00000000-0000-8000-a000-00000000000a',
	'an organisation is named by any identifier'
);
select is(
	accord.create_client(
		'keyed', 'Keyed', '00000000-0000-8000-A000-00000000000B', '{}', '{}', '2029-01-01T00:00:00Z',
		'{"keys": []}', null
	),
	'00000000-0000-8000-a000-00000000000b',
	'or by its id'
);

reset role;

create function pg_temp.refusal(statement text) returns text
language plpgsql
as $$
declare
	message text;
	place text;
	broken text;
begin
	set local role accord_admin;
	execute statement;
	reset role;
	return 'accepted';
exception when others then
	get stacked diagnostics message = message_text, place = pg_exception_detail, broken = constraint_name;
	return coalesce(nullif(broken, ''), nullif(message || ' ' || place, ' '));
end
$$;

select is(
	pg_temp.refusal(
		format(
			'select accord.create_client(%L, %L, %L, %L::text[], %L::cidr[], %L::timestamptz, %L::jsonb, %L::bytea)',
			id, name, organisation, scopes, addresses, expires, keys, digest
		)
	),
	fault,
	what
)
from (
	values
		('front', 'x', 'ukprn:99999991', '{}', '{}', null, null, null, 'client_pkey', 'an id is taken once'),
		('Front', 'x', 'ukprn:99999991', '{}', '{}', null, null, null, 'client_id_form', 'in lower case'),
		('fr', 'x', 'ukprn:99999991', '{}', '{}', null, null, null, 'client_id_form', 'of three characters'),
		('x-1', e'x\ny', 'ukprn:99999991', '{}', '{}', null, null, null, 'client_name_form', 'of one line'),
		('x-1', 'x', 'ukprn:1', '{}', '{}', null, null, null, 'rule-broken organisation', 'for one that is'),
		('x-1', 'x', 'hesaCode:9991', '{}', '{}', null, null, null, 'rule-broken organisation', 'and is one'),
		('x-1', 'x', 'ukprn:99999991', '{tokens}', '{}', null, null, null, 'client_scopes_form', 'scopes have a verb'),
		('x-1', 'x', 'ukprn:99999991', '{tokens:own}', '{}', null, null, null, 'client_scopes_form', 'that is known'),
		('x-1', 'x', 'ukprn:99999991', '{}', '{192.0.2.1/8}', null, null, null,
			'invalid cidr value: "192.0.2.1/8" Value has bits set to right of mask.', 'an address is a network'),
		('x-1', 'x', 'ukprn:99999991', '{}', '{}', '2001-01-01', null, null, 'rule-broken expires', 'not expired yet'),
		('x-1', 'x', 'ukprn:99999991', '{}', '{}', null, '{"keys": 1}', null, 'client_keys_form', 'keys are a set'),
		('x-1', 'x', 'ukprn:99999991', '{}', '{}', null, null, 'short', 'client_secret_digest_length', 'digests whole')
) as fault (id, name, organisation, scopes, addresses, expires, keys, digest, fault, what);

create function pg_temp.lives(client text, secret text) returns text
language sql
as $$
	select state || ' ' || secret_fits from accord.authenticate_client(client, sha256(secret::bytea))
$$;

select is(pg_temp.lives('front', 'one'), 'good true', 'a secret fits');
select is(pg_temp.lives('front', 'two'), 'good false', 'another does not');
select is(pg_temp.lives('nobody', 'one'), 'unknown false', 'nor any of an unknown client');
select is(pg_temp.lives('keyed', 'one'), 'good false', 'nor any of a client with keys alone');

create function pg_temp.goes_on(client text, token text, issued_at timestamptz) returns text
language sql
as $$ select state from accord.identify_client(client, token, issued_at) $$;

-- Secrets that replace one another: the clock goes on between them.
set local accord.now = '2030-01-01T00:00:01Z';
select accord.rotate_client('front', sha256('two'), null, false);
select is(
	array[pg_temp.lives('front', 'one'), pg_temp.lives('front', 'two')], array['good true', 'good true'],
	'two secrets live'
);
set local accord.now = '2030-01-01T00:00:02Z';
select accord.rotate_client('front', sha256('three'), null, false);
select is(
	array[pg_temp.lives('front', 'one'), pg_temp.lives('front', 'two'), pg_temp.lives('front', 'three')],
	array['good false', 'good true', 'good true'],
	'a third ends the first'
);
select is(pg_temp.goes_on('front', 't', '2030-01-01T00:00:02Z'), 'good', 'a token goes on meanwhile');
set local accord.now = '2030-01-01T00:00:03Z';
select accord.rotate_client('front', sha256('four'), null, true);
select is(
	array[pg_temp.lives('front', 'two'), pg_temp.lives('front', 'three'), pg_temp.lives('front', 'four')],
	array['good false', 'good false', 'good true'],
	'at once, a new secret ends the others'
);
select is(pg_temp.goes_on('front', 't', '2030-01-01T00:00:02Z'), 'revoked', 'and the tokens given before');
select is(pg_temp.goes_on('front', 't', '2030-01-01T00:00:04Z'), 'good', 'not those given since');
select is((select state from accord.authenticate_client('keyed', null)), 'expired', 'a client expires');
select is(pg_temp.goes_on('nobody', 't', '2030-01-01T00:00:04Z'), null, 'an unknown client is nobody');

create temporary table before as select pg_temp.number() as number;
select accord.revoke_token('t', '2030-01-01T00:10:00Z'), accord.revoke_token('t', '2030-01-01T00:10:00Z');
select is(pg_temp.goes_on('front', 't', '2030-01-01T00:00:04Z'), 'revoked', 'a token is revoked');
select is(pg_temp.number() - (select number from before), 1::bigint, 'and told once, however often it is revoked');
select is(accord.use_assertion('front', 'a', '2030-01-01T00:05:00Z'), true, 'an assertion is good');
select is(accord.use_assertion('front', 'a', '2030-01-01T00:05:00Z'), false, 'once');
select is(accord.use_assertion('keyed', 'a', '2030-01-01T00:05:00Z'), true, 'for each client');
set local accord.now = '2030-01-01T00:20:00Z';
select accord.revoke_token('u', '2030-01-01T00:30:00Z');
select is((select array_agg(token) from restricted.revoked_token), '{u}', 'what has expired is forgotten');
select is(accord.use_assertion('front', 'b', '2030-01-01T00:25:00Z'), true, 'with assertions too');
select is((select array_agg(token) from restricted.used_assertion), '{b}', 'of every client');

select accord.disable_client('front');
select is(pg_temp.lives('front', 'four'), 'disabled false', 'a disabled client has no secret');
select is(pg_temp.goes_on('front', 'v', '2030-01-01T00:21:00Z'), 'disabled', 'nor a token');

-- People.
select accord.grant_role(
	'00000000-0000-8000-a000-0000000000cc', 'https://id.example', 'ada', 'Ada', 'ukprn:99999991', 'editor', '{}'
);
select accord.grant_role(
	gen_random_uuid(), 'https://id.example', 'ada', null, '00000000-0000-8000-a000-00000000000b', 'viewer',
	'{partnerships:sign}'
);
select results_eq(
	$$ select * from accord.identify_person('https://id.example', 'ada', accord.now()) $$,
	$$
	values
		(
			'good', '00000000-0000-8000-a000-0000000000cc'::uuid, '00000000-0000-8000-a000-00000000000a'::uuid,
			'editor', ''
		),
		(
			'good', '00000000-0000-8000-a000-0000000000cc'::uuid, '00000000-0000-8000-a000-00000000000b'::uuid,
			'viewer', 'partnerships:sign'
		)
	$$,
	'a person has a role in each organisation'
);

select set_config('accord.caller_subject', '00000000-0000-8000-a000-0000000000cc', true),
	set_config('accord.caller_client', '', true);
set local role accord_api;
select is((select count(organisation_id) from restricted.person_grant), 2::bigint, 'and sees them as a caller');
select is((select name from restricted.person), 'Ada', 'and the own name');
reset role;
select is(accord.revoke_role('https://id.example', 'ada', 'ukprn:99999991'), 1, 'a role is taken');
select is(accord.revoke_role('https://id.example', 'ada', null), 1, 'or every role');
select is(
	(
		select state || ' ' || num_nulls(role)
		from accord.identify_person('https://id.example', 'ada', '2030-01-01T00:20:00Z')
	),
	'revoked 1',
	'with the tokens that the person has'
);

select * from finish();

rollback;
