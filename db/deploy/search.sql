-- SPDX-License-Identifier: MIT
-- Deploy accord:search to pg
-- requires: registers
-- From what somebody types to what search looks for.

begin;

-- Of words that look alike the one is meant that takes the fewest strokes to correct.
create extension fuzzystrmatch with schema postgis;
comment on schema postgis is 'The extensions PostGIS, btree_gin, pg_trgm and fuzzystrmatch, alone.';

set local role accord_owner;

-- A function may set what pg_trgm reads only where pg_trgm is loaded.
select postgis.similarity('word', 'word');

-- NW1 8QL, nw18ql and, at the end, NW1 8 and NW1 8Q are postcodes: their words are those of accord.search_postcode().
create function accord.search_words(asked text) returns text[]
language sql immutable parallel safe
set search_path = pg_catalog
as $$
	select coalesce(array_agg(word order by place), '{}')
	from string_to_table(
		regexp_replace(
			regexp_replace(
				accord.search_text(asked), '\m([a-z]{1,2}[0-9][0-9a-z]?) *([0-9])([a-z]{2})\M', '\1 \1_\2 _\2\3', 'g'
			),
			'\m([a-z]{1,2}[0-9][0-9a-z]?) +([0-9])([a-z]?) *$', '\1 \1_\2 _\2\3'
		),
		' '
	) with ordinality as cut (word, place)
	where word !~ '^(|_[0-9])$'
$$;

comment on function accord.search_words(text) is 'The words of what somebody types, in the order typed.';

-- Trigrams find what looks alike; of that is taken what is right after few strokes, a frequent word sooner than a rare
-- one, and what is about as likely.
create function accord.search_correct(asked text, half boolean) returns setof reference.search_word
language sql stable parallel safe
set search_path = pg_catalog, postgis
set pg_trgm.similarity_threshold = 0.25
set enable_seqscan = off
as $$
	with alike as (
		select word, uses, strokes, strokes - ln(uses) / 6 as price
		from reference.search_word
		cross join lateral (
			select case
				when half then least(
					levenshtein(left(word, length(asked)), asked), levenshtein(left(word, length(asked) + 1), asked)
				)
				else levenshtein(word, asked)
			end as strokes
		) as corrected
		where word % asked and length(asked) between 3 and 32
	)
	select word, uses
	from alike
	where strokes <= 1 + length(asked) / 4 and price <= (select min(price) + 0.5 from alike)
	order by price, word
	limit 3
$$;

comment on function accord.search_correct(text, boolean) is
	'The words that somebody may have meant who typed an unknown one, or (half) is still typing it.';

-- What is known is taken as it is, and with or without an s at its end: people leave apostrophes out, and the s too.
-- The last word may be half a word, and so may one that is not known: it stands for the most frequent words that begin
-- so, as many as together have twenty thousand entries, twenty-four at most. More words take longer to seek than
-- anybody waits, and nobody who has typed so little can want more entries: siblings says how many words there are.
create function accord.search_alternatives(asked text, last boolean, correct boolean)
returns table (word text, uses integer, siblings bigint, corrected boolean)
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
declare
	same text[] := array[asked, asked || 's'];
	entries bigint;
begin
	if strpos(asked, '_') > 0 then
		return query select asked, 0, 0::bigint, false;
		return;
	elsif asked ~ '^[a-z]{3,}s$' then
		same := same || left(asked, -1);
	elsif last and asked in ('sai', 'sain') then
		same := same || 'st'::text;
	end if;
	return query select w.word, w.uses, 0::bigint, false from reference.search_word as w where w.word = any(same);
	entries := (select sum(w.uses) from reference.search_word as w where w.word = any(same));
	if entries is null or (last and entries < 20000) then
		return query
		with begun as materialized (
			select w.word, w.uses
			from reference.search_word as w
			where w.word > asked and w.word < asked || '~' and w.word <> all(same)
		),
		frequent as (
			select begun.word, begun.uses from begun order by begun.uses desc, begun.word limit 24
		)
		select sought.word, sought.uses, (select count(*) from begun), false
		from (
			select
				frequent.word, frequent.uses,
				sum(frequent.uses) over (order by frequent.uses desc, frequent.word) - frequent.uses as entries_before
			from frequent
		) as sought
		where sought.entries_before < 20000;
		entries := case when found then 0 else entries end;
	end if;
	if entries is null and asked ~ '^[a-z]{1,2}[0-9][0-9a-z]?[0-9][a-z]?$' then
		return query select regexp_replace(asked, '^(.+)([0-9])[a-z]?$', '\1_\2'), 0, 0::bigint, false;
	elsif entries is null and correct and asked !~ '[0-9]' then
		return query select c.word, c.uses, 0::bigint, true from accord.search_correct(asked, last) as c;
	end if;
end
$$;

comment on function accord.search_alternatives(text, boolean, boolean) is
	'The known words that one typed word may stand for: itself, what it begins, or what it was meant to be.';

create type accord.search_plan as (
	text text,
	code text,
	query tsquery,
	key tsquery,
	whole tsquery,
	words text[],
	common boolean,
	partial boolean,
	most integer,
	span integer
);

comment on type accord.search_plan is
	'What to look for in one table. text: what was typed, in plain words; code: the same as an identifier. query: what '
	'fits; key: its rarer words, which an index finds, and most: how many entries that have them are looked at; whole: '
	'the words as typed, also as an array. common: so many entries fit that it is sooner to look through them in their '
	'order, and span: how many. partial: not all that fit are looked for, since there are more entries than that, or more '
	'words that begin as typed than are sought.';

-- The part of a table that fits, from a thousand entries; the same ones each time.
create function accord.search_share(query tsquery, target regclass, entries real) returns double precision
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
declare
	share double precision;
begin
	execute format(
		'select avg((document @@ $1)::integer) from %s tablesample system (least(100, 100000 / $2)) repeatable (1)',
		target
	)
	into share
	using query, entries;
	return coalesce(share, 0);
end
$$;

comment on function accord.search_share(tsquery, regclass, real) is 'About which part of a table''s entries fit a query.';

-- Words are of letters and digits alone, so that quotes are enough to make a query of them. Where every twentieth entry
-- fits, an index that returns them all takes longer than looking at entries until there are enough. Of few entries all
-- are looked at that have to be: there a search with filters misses none. Filters that read another table are dear.
create function accord.search_plan(asked text, target regclass, dear boolean default false) returns accord.search_plan
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
declare
	entries real := (select greatest(reltuples, 1) from pg_class where oid = target);
	words text[] := accord.search_words(asked);
	corrections integer := 4;
	plan accord.search_plan;
	groups text[] := '{}';
	frequencies bigint[] := '{}';
	rarest bigint;
	rare_groups integer;
	known record;
begin
	plan.text := btrim(regexp_replace(accord.search_text(asked), ' +', ' ', 'g'));
	plan.code := upper(translate(asked, ' /', ''));
	plan.words := words;
	perform accord.demand(cardinality(words) <= 16, 'invalid-parameter', 'q', 'Search takes 16 words at most.');
	for place in 1 .. cardinality(words) loop
		select
			string_agg(
				'''' || word || case when word ~ '^_' and place = cardinality(words) then ''':*' else '''' end, '|'
			) as words,
			sum(uses) as uses, coalesce(bool_or(corrected), false) as corrected,
			count(*) filter (where siblings > 0) < max(siblings) as many
		into known
		from accord.search_alternatives(words[place], place = cardinality(words), corrections > 0);
		if known.words is null then
			return plan;
		end if;
		groups := groups || ('(' || known.words || ')');
		frequencies := frequencies || known.uses;
		rarest := least(rarest, known.uses);
		corrections := corrections - known.corrected::integer;
		plan.partial := known.many;
	end loop;
	plan.query := nullif(array_to_string(groups, '&'), '')::tsquery;
	plan.whole := (select string_agg('''' || word || '''', '&') from unnest(words) as word)::tsquery;
	plan.most := case when entries > 60000 then 1600 else 6000 end / case when dear then 4 else 1 end;
	plan.span := case when entries > 60000 then 20000 else 60000 end / case when dear then 5 else 1 end;
	-- How often a word is used says no more than how often it may be in this table.
	plan.common := rarest > entries / 20
		and accord.search_share(plan.query, target, entries) > greatest(0.05, least(plan.most / entries, 1));
	rare_groups := (select count(*) from unnest(frequencies) as uses where uses < entries / 3);
	plan.key := (
		select string_agg(alternatives, '&')
		from (
			select alternatives from unnest(groups, frequencies) as sought (alternatives, uses)
			where uses < entries / 3 or (rarest > entries / 20 and rare_groups < 2)
			order by uses limit 6
		) as rare
	)::tsquery;
	plan.partial := plan.partial or (plan.common and entries > plan.span);
	return plan;
end
$$;

comment on function accord.search_plan(text, regclass, boolean) is
	'Plans a search of a table for what somebody typed; without a query when a word is not known and cannot be corrected.';

grant execute on function accord.search_words(text), accord.search_correct(text, boolean),
	accord.search_alternatives(text, boolean, boolean), accord.search_share(tsquery, regclass, real),
	accord.search_plan(text, regclass, boolean)
	to accord_api;

commit;
