-- SPDX-License-Identifier: MIT
-- The words of partnerships, and what is published.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(27);

select is(
	(select string_agg(name || ' ' || codes, ', ' order by name) from reference.code_list where name ~ '^(Part|Year)'),
	'PartnershipArea 4, PartnershipFocus 13, YearGroup 15',
	'the words are code lists'
);

select lives_ok(format('select accord.demand_terms(%L)', body), body || ' has known words')
from (
	values ('{}'), ('{"areas": ["teaching", "curriculum"], "years": ["reception", "year13"]}'),
		('{"phases": ["Primary"], "focus_areas": ["greenCareers"]}')
) as given (body);

select throws_ok(format('select accord.demand_terms(%L)', body), 'AC001', 'rule-broken', body || ' has an unknown word')
from (
	values ('{"areas": ["teaching", "Teaching"]}'), ('{"focus_areas": ["wellbeing", ""]}'),
		('{"subjects": ["teaching"]}'), ('{"phases": ["2"]}'), ('{"years": ["year14"]}')
) as given (body);

select throws_ok(
	$$ select accord.demand_organisations('{00000000-0000-8000-a000-000000000001}', '/participants/%s') $$, 'AC001',
	'rule-broken', 'nobody has this id'
);
select throws_ok(
	$$ select accord.demand_authorities('{202}', '/localAuthorities/%s') $$, 'AC001', 'rule-broken',
	'three digits are no code'
);

select is(accord.words_query(asked), query::tsquery, asked || ' is sought')
from (
	values ('Café Society', '''cafe'' & ''society'':*'), ('  physics ', '''physics'':*'),
		('St. Mary''s', '''st'' & ''marys'':*'), ('a & b', '''a'' & ''and'' & ''b'':*')
) as given (asked, query);

select is(accord.are_tags(words), fits, words::text || ' as tags')
from (
	values ('{}'::text[], true), ('{a,b-c,9}', true), ('{A}', false), ('{a b}', false), ('{-a}', false),
		('{NULL}', false)
) as given (words, fits);

-- Each change is published in its transaction, or taken away.
create function pg_temp.shown() returns text
language sql
return (
	select string_agg(state || ' ' || title, ', ')
	from published.notice
	where organisation_id = '00000000-0000-8000-a000-000000000009'
);

insert into restricted.notice (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, expires_at, state,
	created_at
)
values (
	'00000000-0000-8000-a000-000000000008', '00000000-0000-8000-a000-000000000009', 'offer', 'A hall', 'Large',
	'{teaching}', '{}', '{}', '{}', '{}', accord.now() + interval '1 day', 'draft', accord.now()
);
select is(pg_temp.shown(), null, 'a draft is not published');
update restricted.notice
set state = 'published', published_at = accord.now()
where id = '00000000-0000-8000-a000-000000000008';
select is(pg_temp.shown(), 'published A hall', 'what is published is');
update restricted.notice set title = 'A gym' where id = '00000000-0000-8000-a000-000000000008';
select is(pg_temp.shown(), 'published A gym', 'a change is too');
select is(
	(select version from published.notice where id = '00000000-0000-8000-a000-000000000008'), 3, 'and its version'
);
update restricted.notice set state = 'withdrawn' where id = '00000000-0000-8000-a000-000000000008';
select is(pg_temp.shown(), null, 'what is withdrawn is not');
select throws_ok(
	$$
	update restricted.notice
	set expires_at = created_at + interval '367 days'
	where id = '00000000-0000-8000-a000-000000000008'
	$$,
	'23514', null, 'a notice does not last for more than 366 days'
);

select * from finish();

rollback;
