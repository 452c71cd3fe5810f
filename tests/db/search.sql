-- SPDX-License-Identifier: MIT
-- Search: how text becomes words, which words one that is typed may stand for, and how a search is planned.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(82);

select index_is_type('reference', name::name, (name || '_document_idx')::name, 'gin')
from unnest(array['school', 'organisation', 'trust', 'institution', 'training_provider']) as name;
select index_is_type('reference', 'search_word', 'search_word_trigram_idx', 'gin');
select function_privs_are('accord', name::name, args, 'accord_api', array['EXECUTE'])
from (
	values ('search_text', array['text']), ('search_words', array['text']),
		('search_correct', array['text', 'boolean']), ('search_plan', array['text', 'regclass', 'boolean'])
) as named (name, args);

select is(btrim(accord.search_text(given)), expected, given)
from (
	values ('St. Mary''s-in-the-Wood', 'st marys in the wood'), ('St Mary’s', 'st marys'),
		('Peter & Paul', 'peter and paul'), ('Saint Paul''s, Saint-Denis', 'st pauls st denis'), ('Saints', 'saints'),
		('Glyndŵr', 'glyndwr'),
		('CAFÉ Ångström', 'cafe angstrom'), (normalize('Café', nfd), 'cafe'), ('Søren', 'soren'),
		('a"b|c&d:*!(e)<f>', 'a b c and d e f'), ('100% _x_ \y', '100 x y'), ('学校', ''), ('O`Hara''S', 'oharas'),
		(e'tab\there\u00a0there', 'tab here there'), ('', '')
) as cases (given, expected);

select is(accord.search_document(names, town, postcode)::text, expected, names)
from (
	values
		('St Mary''s', 'Lee', 'ZZ9 1AA', '''_1aa'' ''lee'' ''marys'' ''st'' ''zz9'' ''zz9_1'''),
		('Twice twice', null, null, '''twice'''),
		('No space', null, 'zz91aa', '''_1aa'' ''no'' ''space'' ''zz9'' ''zz9_1'''),
		('Spaces', null, 'Z Z9  1AA', '''_1aa'' ''spaces'' ''zz9'' ''zz9_1'''),
		('Half', null, 'ZZ9', '''half'' ''zz9'''),
		('!', null, null, '')
) as cases (names, town, postcode, expected);

select is(accord.search_words(given)::text, expected, 'words of ' || given)
from (
	values ('St  Mary''s ', '{st,marys}'), ('NW1 8QL', '{nw1,nw1_8,_8ql}'), ('nw18ql', '{nw1,nw1_8,_8ql}'),
		('nw1 8', '{nw1,nw1_8}'), ('nw1 8q', '{nw1,nw1_8,_8q}'), ('camden nw1 8', '{camden,nw1,nw1_8}'),
		('w1a 1aa', '{w1a,w1a_1,_1aa}'), ('se10', '{se10}'), ('year 5 6', '{year,5,6}'),
		('nw1 8 school', '{nw1,8,school}'), ('...', '{}')
) as cases (given, expected);

-- A vocabulary of its own.
delete from reference.search_word;
insert into reference.search_word (word, uses)
select word, uses
from (
	values ('school', 900), ('primary', 700), ('st', 300), ('mary', 20), ('marys', 50), ('catholic', 100),
		('cathedral', 5), ('greenwich', 9), ('greenford', 8), ('london', 60), ('long', 30), ('university', 40),
		('church', 200),
		('chuch', 1), 		('camden', 7), ('nw1', 4), ('se1', 3), ('se10', 2), ('hackney', 6)
) as known (word, uses);
insert into reference.search_word (word, uses) select 'b' || n, n from generate_series(10, 60) as n;

create function pg_temp.alternatives(asked text, last boolean, correct boolean) returns text
language sql
as $$
	select coalesce(string_agg(word, ' ' order by uses desc), '')
	from accord.search_alternatives(asked, last, correct)
$$;

select is(pg_temp.alternatives(asked, last, true), expected, asked)
from (
	values ('mary', false, 'marys mary'), ('marys', false, 'marys mary'), ('st', false, 'st'),
		('schools', false, 'school'), ('cath', true, 'catholic cathedral'), ('cath', false, 'catholic cathedral'),
		('green', true, 'greenwich greenford'),
		('se1', true, 'se1 se10'), ('se1', false, 'se1'), ('grenwich', false, 'greenwich'),
		('grenw', true, 'greenwich'),
		('univercity', false, 'university'), ('londn', true, 'london'), ('chruch', false, 'church chuch'),
		('shcool', false, 'school'), ('hackeny', false, 'hackney'), ('sain', true, 'st'), ('nw18', true, 'nw1_8'),
		('nw1_8', false, 'nw1_8'), ('xqzzyx', true, ''), ('12345', true, ''), (repeat('greenwich', 9), true, '')
) as cases (asked, last, expected);
select is(pg_temp.alternatives('grenwich', false, false), '', 'nothing is corrected where it is not asked for');
select is(
	(select concat_ws(' of ', count(*), max(siblings)) from accord.search_alternatives('b', true, true)), '24 of 51',
	'half a word stands for so many words'
);

select is(
	(select query from accord.search_plan('St. mary cath', 'reference.school')),
	'''st'' & (''mary'' | ''marys'') & (''catholic'' | ''cathedral'')'::tsquery, 'a query has every word'
);
select is((select query from accord.search_plan(given, 'reference.school')), null, format('no query for "%s"', given))
from unnest(array['xqzzyx', 'school xqzzyx', '!', '学校']) as given;
select ok((select partial from accord.search_plan('b', 'reference.school')), 'what is cut is told');
select ok(
	not (select coalesce(partial, false) from accord.search_plan('cath', 'reference.school')), 'what is not is not'
);
select is(
	(select code from accord.search_plan('202/2019', 'reference.school')), '2022019', 'an identifier in its form'
);
select throws_ok(
	$$select accord.search_plan('a b c d e f g h i j k l m n o p q', 'reference.school')$$, 'AC001',
	'invalid-parameter', 'so many words are refused'
);
select lives_ok(
	format('select accord.search_plan(%L, ''reference.school'')', given), left(given, 20)
)
from unnest(
	array[repeat('x', 200), repeat('é', 200), '''; drop table x; --', '%_\', ':* & | !', e'\n\t', 'nw1_8:*']
) as given;

select * from finish();
rollback;
