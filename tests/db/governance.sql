-- SPDX-License-Identifier: MIT
-- How partners decide: who governs, who is of a board, and what there can be at most.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(31);

select is(accord.organisations_of(list::jsonb), found::uuid[], list || ' names organisations')
from (
	values ('[]', '{}'), ('[{}, {"organisation": null}]', '{NULL,NULL}'),
		(
			'[{"organisation": "00000000-0000-8000-a000-000000000002"}, {"community": "students"}]',
			'{00000000-0000-8000-a000-000000000002,NULL}'
		)
) as given (list, found);

create function pg_temp.id(n integer) returns uuid
language sql immutable
return ('00000000-0000-8000-a000-' || lpad(n::text, 12, '0'))::uuid;

insert into reference.organisation (id, kind, reference, name, identifiers, resources)
select pg_temp.id(n), 'university', 'x' || n, 'University ' || n, '{}', '{}'
from generate_series(1, 4) as n;
insert into restricted.partnership (
	id, title, type, areas, focus_areas, phases, years, subjects, coverage, form, aims, visibility, created_by,
	created_at
)
select
	pg_temp.id(10 + n), 'T', 'civic', '{}', '{}', '{}', '{}', '{}', '{}', 'informal', '{}', 'members', pg_temp.id(1),
	accord.now()
from generate_series(1, 2) as n;
insert into restricted.partnership_member (partnership_id, organisation_id, role, state, invited_at)
values
	(pg_temp.id(11), pg_temp.id(1), 'lead', 'accepted', accord.now()),
	(pg_temp.id(11), pg_temp.id(2), 'partner', 'left', accord.now()),
	(pg_temp.id(11), pg_temp.id(3), 'partner', 'invited', accord.now()),
	(pg_temp.id(12), pg_temp.id(1), 'lead', 'accepted', accord.now());

create function pg_temp.keep(
	what text, record integer, body text default '{}', organisation integer default 1, key integer default 11
) returns text
language plpgsql
as $$
declare
	place text;
begin
	perform set_config('accord.caller_organisation', pg_temp.id(organisation)::text, true);
	execute format('select accord.keep_%s(%L, %L, %L)', what, pg_temp.id(key), pg_temp.id(record), jsonb_build_object(
		'name', 'N', 'terms', 'T', 'board', pg_temp.id(101), 'held_on', '2026-10-05', 'due_on', '2027-06-30',
		'purpose', 'P'
	) || body::jsonb);
	return 'done';
exception when others then
	get stacked diagnostics place = pg_exception_detail;
	return concat_ws(' ', sqlerrm, nullif(split_part(place, e'\n', 1), ''));
end
$$;

select is(pg_temp.keep('board', 101, '{}', 2), 'forbidden', 'who has left does not govern');
select is(pg_temp.keep('board', 101, '{}', 3), 'forbidden', 'nor who has not accepted');
select is(pg_temp.keep('board', 101, '{}', 4), 'forbidden', 'nor a stranger');
select is(
	pg_temp.keep('board', 101, format('{"seats": [{"community": "c"}, {"organisation": "%s"}]}', pg_temp.id(n))),
	outcome,
	'a seat of ' || n
)
from (
	values (3, 'rule-broken /seats/1/organisation'), (4, 'rule-broken /seats/1/organisation'), (2, 'done'), (1, 'done')
) as given (n, outcome);
select is(
	(select seats from restricted.partnership_board where id = pg_temp.id(101)),
	jsonb_build_array(
		'{"community": "c", "organisation": null, "seniority": null, "role": "member", "votes": 1}'::jsonb,
		jsonb_build_object(
			'community', null, 'organisation', pg_temp.id(1), 'seniority', null, 'role', 'member', 'votes', 1
		)
	),
	'a seat is a member''s, with one vote, unless it is said'
);
select is(
	pg_temp.keep('board', 101, '{"name": "Taken"}', 1, 12) || ' ' || (
		select name from restricted.partnership_board where id = pg_temp.id(101)
	),
	'done N',
	'a board of another partnership is not changed'
);

select is(pg_temp.keep('meeting', 102, body), outcome, body || ' of a meeting')
from (
	values ('{}', 'done'), ('{"board": "00000000-0000-8000-a000-000000000001"}', 'rule-broken /board'),
		('{"host": "00000000-0000-8000-a000-000000000002"}', 'done'),
		('{"host": "00000000-0000-8000-a000-000000000004"}', 'rule-broken /host'),
		(
			'{"actions": [{"text": "T", "organisation": "00000000-0000-8000-a000-000000000003"}]}',
			'rule-broken /actions/0/organisation'
		),
		('{"actions": [{"text": "T", "organisation": "00000000-0000-8000-a000-000000000001"}]}', 'done')
) as given (body, outcome);
select is(
	pg_temp.keep('meeting', 103, '{}', 1, 12), 'rule-broken /board', 'a meeting is of a board of its own partnership'
);
select is(
	(select actions -> 0 ->> 'state' from restricted.partnership_meeting where id = pg_temp.id(102)), 'open',
	'what is to be done is open, unless it is said'
);

select is(pg_temp.keep('review', 104, body), outcome, body || ' of a review')
from (
	values ('{}', 'done'), ('{"reviewer": "00000000-0000-8000-a000-000000000004"}', 'done'),
		('{"reviewer": "00000000-0000-8000-a000-000000000009"}', 'rule-broken /reviewer')
) as given (body, outcome);
select throws_ok(
	$$ update restricted.partnership_review set findings = 'F', held_on = null $$, '23514', null,
	'what was found was found on a day'
);

-- What there can be at most; what there is can be changed still.
insert into restricted.partnership_board (id, partnership_id, name, terms, seats, created_at)
select pg_temp.id(1000 + n), pg_temp.id(11), 'N', 'T', '[]', accord.now()
from generate_series(2, accord.governance_limit('boards')) as n;
insert into restricted.partnership_meeting (id, partnership_id, board_id, held_on, decisions, actions, created_at)
select pg_temp.id(2000 + n), pg_temp.id(11), pg_temp.id(101), '2026-10-05', '[]', '[]', accord.now()
from generate_series(2, accord.governance_limit('meetings')) as n;
insert into restricted.partnership_review (id, partnership_id, due_on, purpose, created_at)
select pg_temp.id(3000 + n), pg_temp.id(11), '2027-06-30', 'P', accord.now()
from generate_series(2, accord.governance_limit('reviews')) as n;
select is(pg_temp.keep(what, 200), 'conflict', what || 's are bounded')
from (values ('board'), ('meeting'), ('review')) as given (what);
select is(pg_temp.keep(what, record), 'done', 'a known ' || what || ' is changed')
from (values ('board', 101), ('meeting', 102), ('review', 104)) as given (what, record);

update restricted.partnership set state = 'ended', ended_at = accord.now() where id = pg_temp.id(11);
select is(pg_temp.keep('board', 101), 'illegal-action', 'what has ended is not governed');

select * from finish();

rollback;
