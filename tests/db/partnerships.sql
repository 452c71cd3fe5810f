-- SPDX-License-Identifier: MIT
-- Partnerships: what may be done with them and their members, who sees them, and their history.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(77);

select is(accord.is_short_text(words, 5), fits, coalesce(to_json(words)::text, 'null') || ' as a line of text')
from (
	values (null, null), ('', false), (' ', false), (e'\u2003', false), ('a', true), ('aé b', true), ('a b ü', true),
		('abcdef', false), ('éééééé', false), (e'a\nb', false), (e'a\tb', false), (e'a\x7f', false), (e'\x01a', false)
) as given (words, fits);

select is(accord.are_short_texts(words, 2, 3), fits, coalesce(to_json(words)::text, 'null') || ' as lines of text')
from (
	values (null::text[], null), ('{}', true), ('{a}', true), ('{a,abc}', true), ('{a,b,c}', false),
		('{a,abcd}', false), ('{a,NULL}', false), ('{a,""}', false), (array['a', e'\n'], false)
) as given (words, fits);

-- Four organisations: the lead, two members and a stranger; the fifth is closed.
create function pg_temp.id(n integer) returns uuid
language sql immutable
return ('00000000-0000-8000-a000-' || lpad(n::text, 12, '0'))::uuid;

insert into reference.organisation (id, kind, reference, name, identifiers, resources, status)
select pg_temp.id(n), 'university', 'x' || n, 'University ' || n, '{}', '{}', case n when 5 then 'Closed' end
from generate_series(1, 5) as n;

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

-- Does something in a state, says which state follows or why none does, and undoes it.
create function pg_temp.follows(organisation integer, force text, action text, known text) returns text
language plpgsql
as $$
declare
	outcome text;
begin
	execute force;
	outcome := pg_temp.act(organisation, action);
	if outcome = 'done' then
		execute known into outcome;
	end if;
	raise exception using errcode = 'AC999', message = outcome;
exception when sqlstate 'AC999' then
	return sqlerrm;
end
$$;

create function pg_temp.make(key integer) returns text
language sql
return pg_temp.act(
	1,
	format(
		'select accord.create_partnership(%L, %L)', pg_temp.id(key),
		'{"title": "A partnership", "type": "civic", "form": "informal"}'
	)
);
create function pg_temp.invite(key integer, organisation integer, by integer default 1) returns text
language sql
return pg_temp.act(
	by, format('select accord.invite_member(%L, %L, %L)', pg_temp.id(key), pg_temp.id(organisation), 'partner')
);
create function pg_temp.step(key integer, action text, by integer default 1) returns text
language sql
return pg_temp.act(by, format('select accord.step_partnership(%L, %L)', pg_temp.id(key), action));
create function pg_temp.answer(key integer, organisation integer, action text, by integer default null) returns text
language sql
return pg_temp.act(
	coalesce(by, organisation),
	format('select accord.step_member(%L, %L, %L)', pg_temp.id(key), pg_temp.id(organisation), action)
);

-- Who sees it.
create function pg_temp.seen(key integer) returns text
language sql
return (
	select string_agg(ltrim(right(organisation_id::text, 12), '0'), ',' order by organisation_id)
	from restricted.party
	where record_id = pg_temp.id(key)
);

select is(pg_temp.make(11), 'done', 'anybody records a partnership');
select is(pg_temp.seen(11), '1', 'a draft is seen by whoever made it');
select is(pg_temp.step(11, 'propose'), 'illegal-action', 'nobody is told where nobody is asked');
select is(pg_temp.invite(11, 5), 'rule-broken', 'who is closed is not asked');
select is(pg_temp.invite(11, 9), 'rule-broken', 'nor who is not');
select is(pg_temp.invite(11, 2), 'done', 'another is asked');
select is(pg_temp.invite(11, 2), 'illegal-action', 'once');
select is(pg_temp.invite(11, 3), 'done', 'and one more');
select is(pg_temp.invite(11, 4, 2), 'forbidden', 'by the lead alone');
select is(pg_temp.seen(11), '1', 'who is asked does not see a draft');
select is(pg_temp.step(11, 'propose', 2), 'forbidden', 'who is asked does not propose');
select is(pg_temp.step(11, 'propose'), 'done', 'it is proposed');
select is(pg_temp.seen(11), '1,2,3', 'and seen by who is asked');
select is(pg_temp.step(11, 'activate'), 'illegal-action', 'it is not active while nobody else has accepted');
select is(pg_temp.answer(11, 3, 'decline'), 'done', 'one declines');
select is(pg_temp.seen(11), '1,2', 'and does not see it any more');
select is(pg_temp.answer(11, 2, 'accept'), 'done', 'one accepts');
select is(pg_temp.seen(11), '1,2', 'and sees it');
select is(pg_temp.answer(11, 2, 'challenge'), 'done', 'and disputes');
select is(pg_temp.seen(11), '1,2', 'and still sees it');
select is(pg_temp.answer(11, 2, 'accept'), 'done', 'and accepts again');
select is(pg_temp.answer(11, 1, 'leave'), 'illegal-action', 'the only lead stays');
select is(pg_temp.answer(11, 2, 'leave'), 'done', 'one leaves');
select is(pg_temp.seen(11), '1', 'and sees it no more');
update restricted.partnership_member set signed = true where organisation_id = pg_temp.id(2);
select is(pg_temp.seen(11), '1,2', 'unless it has signed: then for good');
select is(pg_temp.invite(11, 2), 'done', 'who left is asked again');
select is(pg_temp.answer(11, 2, 'accept'), 'done', 'and comes back');
select is(pg_temp.answer(11, 4, 'accept'), 'not-found', 'a stranger is no member');

-- Each state, action and caller: what follows is what the table says, and nothing else.
select is_empty(
	$$
	select s.state, a.action, c.caller, f.found, f.expected
	from (values ('draft'), ('proposed'), ('active'), ('suspended'), ('ended')) as s (state)
	cross join (select distinct action from published.machine_step) as a
	cross join (values (1, 'lead'), (2, 'member'), (4, 'nobody')) as c (caller, who)
	cross join lateral (
		select
			pg_temp.follows(
				c.caller,
				format(
					'update restricted.partnership set state = %1$L,'
					' ended_at = case %1$L when ''ended'' then accord.now() end where id = pg_temp.id(11)', s.state
				),
				format('select accord.step_partnership(pg_temp.id(11), %L)', a.action),
				'select state from restricted.partnership where id = pg_temp.id(11)'
			) as found,
			coalesce(
				max(m.to_state) filter (where m.who = c.who),
				case when count(m.who) > 0 then 'forbidden' else 'illegal-action' end
			) as expected
		from published.machine_step as m
		where (m.machine, m.from_state, m.action) = ('partnership', s.state, a.action)
	) as f
	where f.found <> f.expected
	$$,
	'a partnership goes as its machine says'
);
select is_empty(
	$$
	select s.state, a.action, c.caller, f.found, f.expected
	from (values ('invited'), ('accepted'), ('declined'), ('disputed'), ('left')) as s (state)
	cross join (select distinct action from published.machine_step where action <> 'invite') as a
	cross join (values (1, 'lead'), (2, 'itself'), (4, 'nobody')) as c (caller, who)
	cross join lateral (
		select
			pg_temp.follows(
				c.caller,
				format(
					'update restricted.partnership_member set state = %L, offered_role = ''funder'''
					' where partnership_id = pg_temp.id(11) and organisation_id = pg_temp.id(2)', s.state
				),
				format('select accord.step_member(pg_temp.id(11), pg_temp.id(2), %L)', a.action),
				'select state from restricted.partnership_member where partnership_id = pg_temp.id(11)'
				' and organisation_id = pg_temp.id(2)'
			) as found,
			coalesce(
				max(m.to_state) filter (where m.who = c.who),
				case when count(m.who) > 0 then 'forbidden' else 'illegal-action' end
			) as expected
		from published.machine_step as m
		where (m.machine, m.from_state, m.action) = ('member', s.state, a.action)
	) as f
	where f.found <> f.expected
	$$,
	'a member goes as its machine says'
);
select is(
	(
		select array_agg(s.action order by s.action)
		from published.machine_step as s
		where (s.machine, s.who) = ('partnership', 'lead') and s.from_state = 'proposed'
	),
	array(
		select unnest(accord.partnership_actions(pg_temp.id(11)))
		from set_config('accord.caller_organisation', pg_temp.id(1)::text, true)
	),
	'the lead is told what it may do'
);
select is(
	accord.partnership_actions(pg_temp.id(11)), '{}', 'without the scope nothing'
)
from set_config('accord.caller_scopes', '{partnerships:read}', true);
select is(
	(
		select pg_temp.follows(
			2,
			'update restricted.partnership_member set accepted_at = accord.now() - interval ''15 days'''
			' where partnership_id = pg_temp.id(11) and organisation_id = pg_temp.id(2)',
			'select accord.step_member(pg_temp.id(11), pg_temp.id(2), ''challenge'')', 'select ''disputed'''
		)
	),
	'illegal-action',
	'after two weeks nobody challenges what it accepted'
);

-- The history has each number once and none is missing; it is never changed.
select is(
	(select array_agg(number order by number) from restricted.partnership_event where partnership_id = pg_temp.id(11)),
	array(select generate_series(1, (select events from restricted.partnership where id = pg_temp.id(11)))),
	'events are numbered without gaps'
);
select throws_ok(statement, 'P0001', 'what has happened and what was signed is never changed', statement)
from (
	values ('update restricted.partnership_event set number = number'), ('delete from restricted.partnership_event'),
		('truncate restricted.partnership_event')
) as given (statement);

update restricted.partnership set events = accord.most('events')::integer - 1 where id = pg_temp.id(11);
select is(pg_temp.step(11, 'activate'), 'done', 'the history has a last event');
select is(pg_temp.step(11, 'suspend'), 'illegal-action', 'after which nothing begins');
select is(pg_temp.answer(11, 2, 'leave'), 'done', 'but a member leaves');
select is(pg_temp.step(11, 'end'), 'done', 'and it ends');
select is(pg_temp.seen(11), '1,2', 'what has ended is seen by its members');
select is(pg_temp.invite(11, 3), 'illegal-action', 'who asks nobody any more');

-- What there can be at most.
select is(pg_temp.make(12), 'done', 'a further partnership');
set local session_replication_role = replica;
insert into restricted.partnership_member (partnership_id, organisation_id, role, state, invited_at)
select pg_temp.id(12), pg_temp.id(1000 + n), 'partner', 'left', accord.now()
from generate_series(1, accord.most('members')::integer - 2) as n;
insert into restricted.partnership (
	id, title, type, areas, focus_areas, phases, years, subjects, coverage, form, aims, visibility, created_by,
	created_at
)
select
	pg_temp.id(2000 + n), 'T', 'civic', '{}', '{}', '{}', '{}', '{}', '{}', 'informal', '{}', 'members', pg_temp.id(1),
	accord.now()
from generate_series(1, accord.most('unfinished partnerships')::integer - 2) as n;
set local session_replication_role = origin;
select is(pg_temp.invite(12, 2), 'done', 'the last member');
select is(pg_temp.invite(12, 3), 'conflict', 'and no further one');
select is(pg_temp.make(13), 'done', 'the last partnership of an organisation');
select is(pg_temp.make(14), 'conflict', 'and no further one');
select is(pg_temp.step(13, 'end'), 'done', 'until one ends');
select is(pg_temp.make(14), 'done', 'then there is room');

-- Contacts are of the one who names them.
select is(
	pg_temp.act(
		caller,
		format(
			'select accord.change_member(%L, %L, %L)', pg_temp.id(12), pg_temp.id(1),
			'{"goal": "G", "project_lead": {"name": "Ada", "title": "Head", "email": "ada@x.example"}}'
		)
	),
	outcome,
	'a member speaks for itself: ' || caller
)
from (values (1, 'done'), (2, 'forbidden'), (4, 'forbidden')) as given (caller, outcome);
select is(
	pg_temp.act(1, format('select accord.erase_contacts(%L, %L)', pg_temp.id(12), pg_temp.id(1))), 'done',
	'whom it named is forgotten'
);
select is_empty(
	$$ select from restricted.partnership_contact where partnership_id = pg_temp.id(12) $$, 'altogether'
);

select * from finish();

rollback;
