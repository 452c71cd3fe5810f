-- SPDX-License-Identifier: MIT
-- What is signed: the canonical text, the versions' machine, receipts, and what commits to people.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(102);

-- RFC 8785.
select is(accord.canonical(value::jsonb), text, value || ' in canonical form')
from (
	values ('null', 'null'), ('true', 'true'), ('0', '0'), ('-1', '-1'), ('999999999999999', '999999999999999'),
		('""', '""'), ('"a/b é €"', '"a/b é €"'), (' [ 3, 1 , [ ] , { } ] ', '[3,1,[],{}]'),
		('{"b": 1, "a": {"d": null, "c": [false]}}', '{"a":{"c":[false],"d":null},"b":1}'),
		('{"aa": 1, "a": 2, "B": 3, "b": 4, "a1": 5}', '{"B":3,"a":2,"a1":5,"aa":1,"b":4}'),
		('"\u0001\b\t\n\f\r\u001f\"\\\/"', '"\u0001\b\t\n\f\r\u001f\"\\/"'), ('"\u007f\u20ac"', e'"\x7f€"'),
		('{"\"": 1}', '{"\"":1}'), ('"\ud83d\ude00"', '"😀"')
) as given (value, text);
select throws_like(
	format('select accord.canonical(%L)', value), 'no whole number: %', value || ' has no canonical form'
)
from (values ('1.5'), ('1.0'), ('1e15'), ('[{"a": -1000000000000000}]')) as given (value);

select is(accord.sha256_hex(words), digest, coalesce(quote_literal(words), 'null') || ' in digits')
from (
	values (null, null), ('', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
		('abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
		('é', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
) as given (words, digest);

create function pg_temp.receipt(claims text) returns text
language sql immutable
return 'e30.' || rtrim(
	translate(replace(encode(convert_to(claims, 'UTF8'), 'base64'), e'\n', ''), '+/', '-_'), '='
) || '.c2ln';

select is(accord.read_claims(pg_temp.receipt(claims)), claims::jsonb, claims || ' is read')
from (
	values ('{}'), ('{ }'), ('{  }'), ('{"a": "ÿþ?>~é"}'), (format('{"a": "%s"}', repeat('x', 99)))
) as given (claims);
select throws_ok($$ select accord.read_claims('e30.!.c2ln') $$, '22023', null, 'what is no receipt is not read');

create function pg_temp.id(n integer) returns uuid
language sql immutable
return ('00000000-0000-8000-a000-' || lpad(n::text, 12, '0'))::uuid;

insert into reference.organisation (id, kind, reference, name, identifiers, resources)
select pg_temp.id(n), 'university', 'x' || n, 'University ' || n, '{}', '{}'
from generate_series(1, 4) as n;

create function pg_temp.act(organisation integer, statement text) returns text
language plpgsql
as $$
begin
	perform set_config('accord.caller_organisation', pg_temp.id(organisation)::text, true),
		set_config('accord.caller_scopes', '{partnerships:write,agreements:sign}', true);
	execute statement;
	return 'done';
exception when others then
	return sqlerrm;
end
$$;

create function pg_temp.digest(version integer) returns text
language sql
return (
	select a.text_sha256 from restricted.agreement as a where (a.partnership_id, a.number) = (pg_temp.id(11), version)
);

create function pg_temp.state(version integer) returns text
language sql
return (select a.state from restricted.agreement as a where (a.partnership_id, a.number) = (pg_temp.id(11), version));

create function pg_temp.step(organisation integer, version integer, action text) returns text
language sql
return pg_temp.act(organisation, format('select accord.step_agreement(%L, %s, %L)', pg_temp.id(11), version, action));

create function pg_temp.follow(organisation integer, version integer, action text, body text default '{}') returns text
language sql
return pg_temp.act(
	organisation, format('select accord.follow_agreement(%L, %s, %L, %L)', pg_temp.id(11), version, action, body)
);

-- Signs as the service does, but for the receipt, which nobody has signed; the claims can be changed on the way.
create function pg_temp.sign(
	organisation integer, version integer, changed jsonb default '{}', action text default 'sign',
	body jsonb default '{}'
) returns text
language sql
return pg_temp.act(
	organisation,
	format(
		'select accord.keep_signature(%1$L, %2$s, pg_temp.receipt((c.claims::jsonb || %3$L)::text))'
		' from accord.prepare_signature(%1$L, %2$s, %4$L, %5$L) as c (claims)',
		pg_temp.id(11), version, changed, action, jsonb_build_object('text_sha256', pg_temp.digest(version)) || body
	)
);

create function pg_temp.paper(organisation integer, version integer, signer integer, body jsonb default '{}')
returns text
language sql
return pg_temp.sign(
	organisation, version, '{}', 'record-paper-signature',
	jsonb_build_object('organisation', pg_temp.id(signer), 'signatory', 'Bo', 'signed_on', '2026-01-10') || body
);

-- A lead and two members, one of which does not sign; the fourth is a stranger.
set local accord.now = '2026-01-10T00:00:00Z';
select pg_temp.act(1, statement)
from (
	values (1, $$
	select accord.create_partnership(
		pg_temp.id(11), '{"title": "T", "type": "civic", "form": "memorandum", "ends_on": "2026-12-31"}'
	)
	$$),
		(2, $$ select accord.invite_member(pg_temp.id(11), pg_temp.id(2), 'partner') $$),
		(3, $$ select accord.invite_member(pg_temp.id(11), pg_temp.id(3), 'supporter') $$),
		(4, $$ select accord.step_partnership(pg_temp.id(11), 'propose') $$)
) as given (place, statement)
order by place;
select pg_temp.act(n, format('select accord.step_member(pg_temp.id(11), pg_temp.id(%s), %L)', n, 'accept'))
from generate_series(2, 3) as n;

create function pg_temp.draft(organisation integer, clauses text) returns text
language sql
return pg_temp.act(
	organisation, format('select accord.draft_agreement(%L, %L)', pg_temp.id(11), format('{"clauses": %s}', clauses))
);

select is(pg_temp.draft(2, '[]'), 'forbidden', 'the lead drafts');
select is(
	pg_temp.draft(1, '[{"kind": "aims", "text": "A", "funding": 1}]'), 'rule-broken', 'clauses of their own kind'
);
select is(
	pg_temp.draft(1, format('[{"text": "%s"}]', repeat('x', accord.most('bytes of clauses')::integer))),
	'new row for relation "agreement" violates check constraint "agreement_clauses_bounded"', 'that are not too long'
);
select is(pg_temp.draft(1, '[{"kind": "monitoring", "text": "M"}]'), 'done', 'a version is drafted');
select is(pg_temp.step(1, 1, 'open'), 'illegal-action', 'without aims it is not opened');
select is(
	pg_temp.act(1, format(
		'select accord.change_agreement(%L, 1, %L)', pg_temp.id(11), '{"clauses": [{"kind": "aims", "text": "A"}]}'
	)),
	'done',
	'a draft is changed'
);
select is(pg_temp.step(1, 1, 'open'), 'illegal-action', 'nor before each signatory has named who leads the project');
select pg_temp.act(n, format('select accord.change_member(%L, %L, %L)', pg_temp.id(11), pg_temp.id(n),
	'{"goal": "G", "project_lead": {"name": "Ada", "title": "Head", "email": "ada@x.example"}}'))
from generate_series(1, 2) as n;
select is(pg_temp.step(2, 1, 'open'), 'forbidden', 'the lead opens');
select is(pg_temp.step(1, 1, 'open'), 'done', 'then it is opened');
select is(
	(select array_agg(organisation_id order by organisation_id) from restricted.agreement_signatory
		where partnership_id = pg_temp.id(11)),
	array[pg_temp.id(1), pg_temp.id(2)],
	'those sign who have a role that does'
);
select is_empty(
	$$
	select
	from restricted.agreement as a
	join restricted.agreement_commitment as c on (c.partnership_id, c.number) = (a.partnership_id, a.number)
	where strpos(a.text, c.sha256) = 0 or a.text ~ 'Ada'
	$$,
	'the text commits to people and does not name them'
);
select is(pg_temp.state(1), 'open', 'it waits for them');

select is(
	pg_temp.act(1, format(
		'select accord.change_agreement(%L, 1, %L)', pg_temp.id(11), '{"clauses": [{"kind": "aims", "text": "B"}]}'
	)),
	'illegal-action',
	'what is open is not changed'
);
select throws_ok(
	format('update restricted.agreement set %s', change), 'P0001',
	'what has happened and what was signed is never changed', change || ' by nobody'
)
from (
	values ('clauses = ''[1]'''), ('text = ''{}'''), ('starts_on = ''2020-01-01'''), ('ends_on = ''2029-01-01'''),
		('kind = ''renewal'''), ('number = 7'), ('created_by = pg_temp.id(4)'), ('opened_at = ''2020-01-01''')
) as given (change);

-- Receipts.
select is(pg_temp.sign(4, 1), 'forbidden', 'a stranger does not sign');
select is(pg_temp.sign(3, 1), 'forbidden', 'nor a member whose role does not');
select is(
	pg_temp.sign(1, 1, '{}', 'sign', '{"text_sha256": "0"}'), 'conflict', 'another text is not signed'
);
select is(
	pg_temp.sign(1, 1, changed), 'the receipt is of something else', changed::text || ' is kept by nobody'
)
from (
	values ('{"sequence": 2}'::jsonb), ('{"sequence": 0}'), ('{"previous": "0"}'), ('{"textSha256": "0"}')
) as given (changed);
select is(pg_temp.sign(1, 1), 'done', 'the lead signs');
select is(pg_temp.sign(1, 1), 'illegal-action', 'once');
select is(pg_temp.paper(1, 1, 1), 'illegal-action', 'on paper too');
select is(pg_temp.paper(1, 1, 3), 'rule-broken', 'nobody records a signature of who does not sign');
select is(pg_temp.paper(2, 1, 1), 'forbidden', 'a member does not record another''s');
select is(pg_temp.paper(1, 1, 2, '{"signed_on": "2026-01-11"}'), 'rule-broken', 'nor one that is still to come');
select is(pg_temp.paper(1, 1, 2, '{"signed_on": "2026-01-09"}'), 'rule-broken', 'nor one of before there was a text');
select is(pg_temp.sign(2, 1, '{"previous": null}'), 'the receipt is of something else', 'a receipt names the last');
select is(pg_temp.state(1), 'open', 'until the last signature it waits');
select is(pg_temp.paper(1, 1, 2), 'done', 'the lead records a signature on paper');
select is(pg_temp.state(1), 'inForce', 'then it is in force');
select results_eq(
	$$
	select
		s.sequence, s.claims ->> 'previous' is not distinct from lag(s.receipt_sha256) over (order by s.sequence),
		s.claims ->> 'method'
	from restricted.agreement_signature as s
	order by s.sequence
	$$,
	$$ values (1, true, 'electronic'), (2, true, 'paper') $$,
	'each receipt names the one before'
);
select is(
	(
		select (receipts, last_receipt) = (2, (
			select receipt_sha256 from restricted.agreement_signature where sequence = 2
		))
		from restricted.partnership
		where id = pg_temp.id(11)
	),
	true,
	'and the partnership the last'
);

-- The machine, to each of its states: 1 is superseded, 2 in force, 3 abandoned; 4 is open, then a draft is made.
select is(pg_temp.draft(1, '[]'), 'illegal-action', 'what is in force is followed, not drafted anew');
select is(pg_temp.follow(3, 1, 'amend'), 'forbidden', 'by who signs');
select is(pg_temp.follow(2, 1, 'renew'), 'rule-broken', 'a renewal ends later');
select is(pg_temp.follow(2, 1, 'renew', '{"ends_on": "2027-12-31"}'), 'done', 'then it is one');
select is(pg_temp.follow(1, 1, 'amend'), 'illegal-action', 'one version at a time');
select is(pg_temp.step(1, 2, 'open'), 'done', 'it is opened');
select is(pg_temp.sign(1, 2) || ' ' || pg_temp.state(1), 'done inForce', 'the first stays in force meanwhile');
select is(
	pg_temp.sign(2, 2) || ' ' || pg_temp.state(1) || ' ' || pg_temp.state(2), 'done superseded inForce',
	'until everybody has signed'
);
select is(pg_temp.follow(2, 2, 'amend') || ' ' || pg_temp.step(1, 3, 'withdraw'), 'done done', 'a draft is withdrawn');
select is(pg_temp.follow(2, 2, 'amend') || ' ' || pg_temp.step(1, 4, 'open'), 'done done', 'another is opened');
select is(pg_temp.sign(2, 1), 'illegal-action', 'what is over is not signed');

create function pg_temp.goes(version integer, becomes text) returns boolean
language plpgsql
as $$
begin
	update restricted.agreement as a
	set state = becomes
	where (a.partnership_id, a.number) = (pg_temp.id(11), version);
	raise exception 'it does';
exception when others then
	return sqlerrm !~ 'does not go from';
end
$$;

select is_empty(
	$$
	select a.number, a.state, s.state
	from restricted.agreement as a
	cross join (values ('draft'), ('open'), ('inForce'), ('superseded'), ('abandoned')) as s (state)
	where a.partnership_id = pg_temp.id(11) and a.state <> s.state
	and pg_temp.goes(a.number, s.state) <> exists (
		select
		from published.machine_step as m
		where (m.machine, m.from_state, m.to_state) = ('agreement', a.state, s.state)
	)
	$$,
	'no version goes where its machine does not, whoever writes'
);
select is_empty(
	$$
	select s.state, a.action, w.who, f.outcome
	from (values ('draft'), ('open'), ('inForce'), ('superseded'), ('abandoned')) as s (state)
	cross join (select distinct action from published.machine_step) as a
	cross join (values ('lead'), ('drafter'), ('signatory'), ('unsigned'), ('member'), ('itself')) as w (who)
	cross join lateral (
		select
			pg_temp.act(1, format(
				'select accord.demand_step(%L, %L, %L, %L, null, null)', 'agreement', s.state, a.action, array[w.who]
			)) as outcome,
			case
				when bool_or(m.who = w.who) then 'done' when count(m.who) > 0 then 'forbidden' else 'illegal-action'
			end as expected
		from published.machine_step as m
		where (m.machine, m.from_state, m.action) = ('agreement', s.state, a.action)
	) as f
	where f.outcome <> f.expected
	$$,
	'whoever acts does what the machine says'
);

-- Whoever leaves abandons what is open, and stays its signatory.
select is(
	pg_temp.act(2, 'select accord.step_member(pg_temp.id(11), pg_temp.id(2), ''leave'')'), 'done', 'a signatory leaves'
);
select is(pg_temp.state(4) || ' ' || pg_temp.state(2), 'abandoned inForce', 'which ends what is open alone');
select is(
	(select count(*) from restricted.agreement_signatory where organisation_id = pg_temp.id(2)), 3::bigint,
	'it was a signatory and stays it'
);
select throws_ok(statement, 'P0001', 'what has happened and what was signed is never changed', statement)
from (
	select format(statement, name)
	from unnest(array['agreement_signatory', 'agreement_signature']) as name,
		unnest(array[
			'update restricted.%s set organisation_id = null', 'delete from restricted.%s',
			'truncate restricted.%s cascade'
		]) as statement
	union all
	values ('delete from restricted.agreement'), ('delete from restricted.agreement_commitment'),
		('update restricted.agreement_commitment set value = ''x'''),
		(
			'update restricted.agreement_commitment'
			' set sha256 = ''x'', salt = null, value = null, erased_at = accord.now()'
		)
) as given (statement);

-- Erasure.
create temporary table before as select c.sha256, c.organisation_id from restricted.agreement_commitment as c;
select is(
	pg_temp.act(3, 'select accord.erase_contacts(pg_temp.id(11), pg_temp.id(1))'), 'forbidden', 'one forgets one''s own'
);
select is(
	pg_temp.act(1, 'select accord.erase_contacts(pg_temp.id(11), pg_temp.id(1))'), 'done', 'people are forgotten'
);
select results_eq(
	$$ select c.sha256, c.organisation_id from restricted.agreement_commitment as c order by 1 $$,
	$$ select b.sha256, b.organisation_id from before as b order by 1 $$,
	'what was signed for them stays'
);
select is_empty(
	$$
	select
	from restricted.agreement_commitment as c
	where (c.organisation_id = pg_temp.id(1)) <> (num_nulls(c.salt, c.value) = 2 and c.erased_at is not null)
	$$,
	'who it was does not'
);
select throws_ok(
	$$ update restricted.agreement_commitment set salt = 'x', value = 'x', erased_at = null $$, 'P0001', null,
	'nor comes back'
);

set local session_replication_role = replica;
insert into restricted.agreement (partnership_id, number, kind, state, clauses, created_by, created_at)
select pg_temp.id(11), n, 'amendment', 'abandoned', '[]', pg_temp.id(1), accord.now()
from generate_series(5, accord.most('agreements')::integer - 1) as n;
set local session_replication_role = origin;
select is(
	pg_temp.follow(1, 2, 'amend') || ' ' || pg_temp.step(1, 100, 'withdraw'), 'done done', 'a last version is drafted'
);
select is(pg_temp.follow(1, 2, 'amend'), 'illegal-action', 'and no further one');

select * from finish();

rollback;
