-- SPDX-License-Identifier: MIT
-- Deploy accord:finding to pg
-- requires: jobs
-- What organisations offer and need, who helps, what others did, and who is a partner already.

begin;

set local role accord_owner;

-- The words of partnerships. Lists of ours stand beside those of the publishers and are read as they are.

insert into reference.code (list, code, name)
values
	('PartnershipArea', 'teaching', 'Teaching'),
	('PartnershipArea', 'curriculum', 'Curriculum'),
	('PartnershipArea', 'leadership', 'Leadership'),
	('PartnershipArea', 'targetedActivities', 'Targeted activities'),
	('PartnershipFocus', 'inclusivePedagogy', 'Inclusive pedagogy'),
	('PartnershipFocus', 'wellbeing', 'Wellbeing'),
	('PartnershipFocus', 'digitalSkills', 'Digital skills'),
	('PartnershipFocus', 'languages', 'Languages'),
	('PartnershipFocus', 'greenCareers', 'Green careers'),
	('PartnershipFocus', 'earlyLanguage', 'Early language'),
	('PartnershipFocus', 'attendance', 'Attendance'),
	('PartnershipFocus', 'mathematics', 'Mathematics'),
	('PartnershipFocus', 'science', 'Science'),
	('PartnershipFocus', 'artsAndCulture', 'Arts and culture'),
	('PartnershipFocus', 'sport', 'Sport'),
	('PartnershipFocus', 'transition', 'Transition between phases'),
	('PartnershipFocus', 'progression', 'Progression'),
	('YearGroup', 'nursery', 'Nursery'),
	('YearGroup', 'reception', 'Reception');

insert into reference.code (list, code, name)
select 'YearGroup', 'year' || n, 'Year ' || n
from generate_series(1, 13) as n;

select reference.refresh_code_lists();

-- Of the list of phases, as everywhere, the name is what people write.
create function accord.demand_terms(body jsonb) returns void
language plpgsql stable
set search_path = pg_catalog
as $$
declare
	unknown record;
begin
	select format('/%s/%s', term.pointer, said.place - 1) as pointer, term.list, said.word
	into unknown
	from (
		values ('areas', 'areas', 'PartnershipArea'), ('focus_areas', 'focusAreas', 'PartnershipFocus'),
			('subjects', 'subjects', 'PublishSubject'), ('phases', 'phases', 'PhaseOfEducation'),
			('years', 'years', 'YearGroup')
	) as term (member, pointer, list)
	cross join lateral jsonb_array_elements_text(coalesce(body -> term.member, '[]'))
		with ordinality as said (word, place)
	where not exists (
		select
		from reference.code as c
		where c.list = term.list and said.word = case c.list when 'PhaseOfEducation' then c.name else c.code end
	)
	order by term.pointer, said.place
	limit 1;
	if found then
		perform accord.refuse(
			'rule-broken', unknown.pointer, format('The code list %s has no "%s".', unknown.list, unknown.word)
		);
	end if;
end
$$;

comment on function accord.demand_terms(jsonb) is
	'Refuses a body that names an area, focus area, subject, phase or year which its code list does not have.';

create function accord.demand_each(known boolean[], pointer text, detail text) returns void
language plpgsql stable
set search_path = pg_catalog
as $$
declare
	stray integer := array_position(known, false);
begin
	if stray is not null then
		perform accord.refuse('rule-broken', format(pointer, stray - 1), detail);
	end if;
end
$$;

comment on function accord.demand_each(boolean[], text, text) is
	'Refuses the first that is false of what is known of each of a list; the pointer has %s for its place.';

create function accord.demand_organisations(ids uuid[], pointer text) returns void
language sql stable
set search_path = pg_catalog
as $$
	select accord.demand_each(
		array(
			select exists (select from reference.organisation as o where o.id = said.id)
			from unnest(ids) with ordinality as said (id, place)
			order by said.place
		),
		pointer, 'No organisation has this id.'
	)
$$;

comment on function accord.demand_organisations(uuid[], text) is
	'Refuses ids that are no organisation''s; the pointer has %s for a place in the list.';

create function accord.demand_authorities(codes text[], pointer text) returns void
language sql stable
set search_path = pg_catalog
as $$
	select accord.demand_each(
		array(
			select exists (select from reference.local_authority as a where a.code = said.code)
			from unnest(codes) with ordinality as said (code, place)
			order by said.place
		),
		pointer, 'No local authority has this code.'
	)
$$;

comment on function accord.demand_authorities(text[], text) is
	'Refuses codes that are no local authority''s; the pointer has %s for a place in the list.';

create function accord.words_query(asked text) returns tsquery
language sql immutable parallel safe
set search_path = pg_catalog
as $$
	select string_agg('''' || word || case place when count then ''':*' else '''' end, '&')::tsquery
	from (
		select word, place, count(*) over () as count
		from unnest(string_to_array(btrim(regexp_replace(accord.search_text(asked), ' +', ' ', 'g')), ' '))
			with ordinality as said (word, place)
	) as words
$$;

comment on function accord.words_query(text) is
	'What finds text that has all the words of what somebody typed, the last of which may be half a word.';

-- What is kept and published: a draft, published, and withdrawn for good.

create function accord.finding_limit(what text) returns integer
language sql immutable parallel safe
return case what
	when 'open notices' then 100
	when 'support organisations' then 200
	when 'case studies' then 500
	when 'days of a notice' then 366
end;

comment on function accord.finding_limit(text) is
	'By name: how many open notices, organisations that help and case studies one organisation keeps, withdrawn ones not counted; and how long a notice lasts.';

create function accord.publication_actions(state text) returns text[]
language sql immutable parallel safe
return case state
	when 'draft' then '{change,publish,withdraw}'::text[]
	when 'published' then '{change,withdraw}'::text[]
	else '{}'::text[]
end;

comment on function accord.publication_actions(text) is
	'What may be done with what is draft, published or withdrawn: change, publish, withdraw.';

create function accord.demand_publication(state text, action text) returns void
language plpgsql stable
set search_path = pg_catalog
as $$
begin
	if action <> all (accord.publication_actions(state)) then
		perform accord.refuse_with(
			'conflict', '/state', format('It is %s.', state),
			json_build_object('state', state, 'allowed', accord.publication_actions(state))
		);
	end if;
end
$$;

comment on function accord.demand_publication(text, text) is
	'Refuses what cannot be done in a state, and says what can.';

-- Both tables of a record have the same columns in the same order; what searches need comes behind those.
create function accord.publish_record() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	execute pg_catalog.format('delete from published.%I where id = $1', tg_table_name) using new.id;
	if new.state = 'published' then
		execute pg_catalog.format('insert into published.%I select ($1).*', tg_table_name) using new;
	end if;
	return null;
end
$$;

comment on function accord.publish_record() is
	'Writes what anyone may read of a record, or takes it away, in the transaction that changes it.';

create table restricted.notice (
	id uuid not null,
	organisation_id uuid not null,
	kind text collate "C" not null,
	title text not null,
	summary text not null,
	areas text[] collate "C" not null,
	focus_areas text[] collate "C" not null,
	subjects text[] collate "C" not null,
	phases text[] collate "C" not null,
	years text[] collate "C" not null,
	starts_on date,
	ends_on date,
	expires_at timestamptz not null,
	place text collate "C",
	longitude double precision,
	latitude double precision,
	grid postgis.geometry (point, 27700),
	state text collate "C" not null,
	created_at timestamptz not null,
	published_at timestamptz,
	version integer not null default 1,
	constraint notice_pkey primary key (id),
	constraint notice_kind_known check (kind in ('offer', 'need')),
	constraint notice_title_form check (length(title) between 1 and 200),
	constraint notice_summary_form check (length(summary) between 1 and 4000),
	constraint notice_terms_bounded check (
		cardinality(areas) between 1 and 20 and cardinality(focus_areas) <= 20 and cardinality(subjects) <= 20
		and cardinality(phases) <= 20 and cardinality(years) <= 20
	),
	constraint notice_dates_ordered check (ends_on >= starts_on),
	constraint notice_expiry_bounded check (
		expires_at <= created_at + make_interval(days => accord.finding_limit('days of a notice'))
	),
	constraint notice_place_known check (place in ('given', 'organisation')),
	constraint notice_location_whole check (num_nulls(place, longitude, latitude, grid) in (0, 4)),
	constraint notice_state_known check (state in ('draft', 'published', 'withdrawn')),
	constraint notice_published_when check (state <> 'published' or published_at is not null)
);

create index notice_organisation_idx on restricted.notice (organisation_id, created_at, id);

comment on constraint notice_dates_ordered on restricted.notice is 'rule-broken /endsOn It ends before it starts.';
comment on constraint notice_expiry_bounded on restricted.notice is
	'rule-broken /expiresAt A notice lasts 366 days from the day it was made; make another then.';
comment on table restricted.notice is 'What organisations offer and need: drafts, published and withdrawn.';
comment on column restricted.notice.id is 'Which.';
comment on column restricted.notice.organisation_id is 'Who offers or needs.';
comment on column restricted.notice.kind is 'offer or need.';
comment on column restricted.notice.title is 'What, in a few words.';
comment on column restricted.notice.summary is 'What, at length.';
comment on column restricted.notice.areas is 'Areas of partnership: codes of PartnershipArea.';
comment on column restricted.notice.focus_areas is 'Codes of PartnershipFocus; none is any.';
comment on column restricted.notice.subjects is 'Codes of PublishSubject; none is any.';
comment on column restricted.notice.phases is 'Names of PhaseOfEducation; none is any.';
comment on column restricted.notice.years is 'Codes of YearGroup; none is any.';
comment on column restricted.notice.starts_on is 'First day on which it is to be had or needed; null is any.';
comment on column restricted.notice.ends_on is 'Last day; null is any.';
comment on column restricted.notice.expires_at is 'From then on nobody else sees it.';
comment on column restricted.notice.place is 'given: the place is the notice''s own; organisation: that of the organisation; null without a place.';
comment on column restricted.notice.longitude is 'WGS84, 6 decimals.';
comment on column restricted.notice.latitude is 'WGS84, 6 decimals.';
comment on column restricted.notice.grid is 'The point in British National Grid (EPSG:27700): distances in metres.';
comment on column restricted.notice.state is 'draft, published or withdrawn.';
comment on column restricted.notice.created_at is 'When it was made.';
comment on column restricted.notice.published_at is 'When it was published.';
comment on column restricted.notice.version is 'How often it has been written.';

create function accord.place_notice() returns trigger
language plpgsql volatile
set search_path = pg_catalog, postgis
as $$
begin
	if new.place is distinct from 'given' then
		select case when o.grid is not null then 'organisation' end, o.longitude, o.latitude, o.grid
		into new.place, new.longitude, new.latitude, new.grid
		from reference.organisation as o
		where o.id = new.organisation_id;
	else
		new.longitude := round(new.longitude::numeric, 6);
		new.latitude := round(new.latitude::numeric, 6);
		new.grid := st_transform(st_setsrid(st_makepoint(new.longitude, new.latitude), 4326), 27700);
	end if;
	return new;
end
$$;

comment on function accord.place_notice() is 'Puts a notice where it says, or else where its organisation is.';

create table published.notice (
	like restricted.notice including comments,
	document tsvector generated always as (accord.search_document(title || ' ' || summary, null, null)) stored,
	constraint notice_pkey primary key (id)
);

create index notice_created_idx on published.notice (created_at, id);
create index notice_expires_idx on published.notice (expires_at, id);
create index notice_organisation_idx on published.notice (organisation_id, created_at, id);
create index notice_grid_idx on published.notice using gist (grid);
create index notice_document_idx on published.notice using gin (document);

comment on table published.notice is
	'The notices that are published, expired ones too: readers ask for expires_at. Written with restricted.notice.';
comment on column published.notice.document is 'What search matches: the words of title and summary.';

-- Bodies that help partnerships start, and what others did.

create function accord.are_tags(words text[]) returns boolean
language sql immutable parallel safe
return array_position(words, null) is null and cardinality(words) <= 20 and (
	select coalesce(bool_and(word ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(word) <= 40), true)
	from unnest(words) as word
);

comment on function accord.are_tags(text[]) is 'Whether each word may be a tag: small letters and digits, hyphens between.';

create table restricted.support_organisation (
	id uuid not null,
	organisation_id uuid not null,
	name text not null,
	sort_name text collate "C" not null,
	summary text not null,
	website text,
	areas text[] collate "C" not null,
	focus_areas text[] collate "C" not null,
	phases text[] collate "C" not null,
	local_authorities text[] collate "C" not null,
	tags text[] collate "C" not null,
	state text collate "C" not null,
	created_at timestamptz not null,
	published_at timestamptz,
	version integer not null default 1,
	constraint support_organisation_pkey primary key (id),
	constraint support_organisation_name_form check (length(name) between 1 and 200),
	constraint support_organisation_sort_name_own check (sort_name = lower(name)),
	constraint support_organisation_summary_form check (length(summary) between 1 and 4000),
	constraint support_organisation_website_form check (
		website ~ '^https?://[^[:space:][:cntrl:]]+$' and length(website) <= 500
	),
	constraint support_organisation_terms_bounded check (
		cardinality(areas) between 1 and 20 and cardinality(focus_areas) <= 20 and cardinality(phases) <= 20
		and cardinality(local_authorities) <= 50
	),
	constraint support_organisation_tags_form check (accord.are_tags(tags)),
	constraint support_organisation_state_known check (state in ('draft', 'published', 'withdrawn')),
	constraint support_organisation_published_when check (state <> 'published' or published_at is not null)
);

create index support_organisation_organisation_idx on restricted.support_organisation
	(organisation_id, created_at, id);

comment on table restricted.support_organisation is
	'Bodies that help partnerships start, each as one organisation describes it: drafts, published and withdrawn.';
comment on column restricted.support_organisation.id is 'Which.';
comment on column restricted.support_organisation.organisation_id is 'Who keeps the entry.';
comment on column restricted.support_organisation.name is 'What the body is called.';
comment on column restricted.support_organisation.sort_name is 'Name in lower case, compared by code point: the order of lists.';
comment on column restricted.support_organisation.summary is 'How it helps.';
comment on column restricted.support_organisation.website is 'Where it says so itself.';
comment on column restricted.support_organisation.areas is 'Areas of partnership: codes of PartnershipArea.';
comment on column restricted.support_organisation.focus_areas is 'Codes of PartnershipFocus; none is any.';
comment on column restricted.support_organisation.phases is 'Names of PhaseOfEducation; none is any.';
comment on column restricted.support_organisation.local_authorities is 'ONS codes of the authorities where it helps; none is everywhere.';
comment on column restricted.support_organisation.tags is 'Words to find it by.';
comment on column restricted.support_organisation.state is 'draft, published or withdrawn.';
comment on column restricted.support_organisation.created_at is 'When the entry was made.';
comment on column restricted.support_organisation.published_at is 'When it was published.';
comment on column restricted.support_organisation.version is 'How often it has been written.';

create table restricted.case_study (
	id uuid not null,
	organisation_id uuid not null,
	title text not null,
	summary text not null,
	story text,
	areas text[] collate "C" not null,
	focus_areas text[] collate "C" not null,
	subjects text[] collate "C" not null,
	phases text[] collate "C" not null,
	years text[] collate "C" not null,
	tags text[] collate "C" not null,
	participants uuid[] not null,
	started_on date,
	ended_on date,
	outcomes jsonb not null,
	source text,
	state text collate "C" not null,
	created_at timestamptz not null,
	published_at timestamptz,
	version integer not null default 1,
	constraint case_study_pkey primary key (id),
	constraint case_study_title_form check (length(title) between 1 and 200),
	constraint case_study_summary_form check (length(summary) between 1 and 4000),
	constraint case_study_story_form check (length(story) between 1 and 40000),
	constraint case_study_terms_bounded check (
		cardinality(areas) between 1 and 20 and cardinality(focus_areas) <= 20 and cardinality(subjects) <= 20
		and cardinality(phases) <= 20 and cardinality(years) <= 20 and cardinality(participants) <= 50
	),
	constraint case_study_tags_form check (accord.are_tags(tags)),
	constraint case_study_dates_ordered check (ended_on >= started_on),
	constraint case_study_outcomes_bounded check (
		jsonb_typeof(outcomes) = 'array' and jsonb_array_length(outcomes) <= 20
		and length(outcomes::text) <= 40000
	),
	constraint case_study_source_form check (
		source ~ '^https?://[^[:space:][:cntrl:]]+$' and length(source) <= 500
	),
	constraint case_study_state_known check (state in ('draft', 'published', 'withdrawn')),
	constraint case_study_published_when check (state <> 'published' or published_at is not null),
	constraint case_study_published_with_outcome check (state <> 'published' or jsonb_array_length(outcomes) > 0)
);

create index case_study_organisation_idx on restricted.case_study (organisation_id, created_at, id);

comment on constraint case_study_dates_ordered on restricted.case_study is
	'rule-broken /endedOn It ended before it started.';
comment on constraint case_study_published_with_outcome on restricted.case_study is
	'rule-broken /outcomes What is published names an outcome.';
comment on table restricted.case_study is 'What partnerships did and what came of it: drafts, published and withdrawn.';
comment on column restricted.case_study.id is 'Which.';
comment on column restricted.case_study.organisation_id is 'Who tells it.';
comment on column restricted.case_study.title is 'What, in a few words.';
comment on column restricted.case_study.summary is 'What, in short.';
comment on column restricted.case_study.story is 'What, at length.';
comment on column restricted.case_study.areas is 'Areas of partnership: codes of PartnershipArea.';
comment on column restricted.case_study.focus_areas is 'Codes of PartnershipFocus; none is any.';
comment on column restricted.case_study.subjects is 'Codes of PublishSubject; none is any.';
comment on column restricted.case_study.phases is 'Names of PhaseOfEducation; none is any.';
comment on column restricted.case_study.years is 'Codes of YearGroup; none is any.';
comment on column restricted.case_study.tags is 'Words to find it by.';
comment on column restricted.case_study.participants is 'The organisations that did it.';
comment on column restricted.case_study.started_on is 'When it began.';
comment on column restricted.case_study.ended_on is 'When it ended; null while it goes on.';
comment on column restricted.case_study.outcomes is
	'What came of it: [{"description", "measuredBy", "evidence"}], as the API shows them.';
comment on column restricted.case_study.source is 'Where it was told first.';
comment on column restricted.case_study.state is 'draft, published or withdrawn.';
comment on column restricted.case_study.created_at is 'When it was made.';
comment on column restricted.case_study.published_at is 'When it was published.';
comment on column restricted.case_study.version is 'How often it has been written.';

create table published.support_organisation (
	like restricted.support_organisation including comments,
	document tsvector generated always as (accord.search_document(name || ' ' || summary, null, null)) stored,
	constraint support_organisation_pkey primary key (id)
);

create index support_organisation_name_idx on published.support_organisation (sort_name, id);
create index support_organisation_created_idx on published.support_organisation (created_at, id);
create index support_organisation_tags_idx on published.support_organisation using gin (tags);
create index support_organisation_document_idx on published.support_organisation using gin (document);

comment on table published.support_organisation is
	'Bodies that help partnerships start, as published. Written with restricted.support_organisation.';
comment on column published.support_organisation.document is 'What search matches: the words of name and summary.';

create table published.case_study (
	like restricted.case_study including comments,
	document tsvector generated always as (accord.search_document(title || ' ' || summary, null, null)) stored,
	constraint case_study_pkey primary key (id)
);

create index case_study_created_idx on published.case_study (created_at, id);
create index case_study_tags_idx on published.case_study using gin (tags);
create index case_study_document_idx on published.case_study using gin (document);

comment on table published.case_study is
	'What partnerships did and what came of it, as published. Written with restricted.case_study.';
comment on column published.case_study.document is 'What search matches: the words of title and summary.';

-- Pairs of partners.

create table published.partner_pair (
	organisation_id uuid not null,
	partner_id uuid not null,
	constraint partner_pair_pkey primary key (organisation_id, partner_id),
	constraint partner_pair_other check (organisation_id <> partner_id)
);

comment on table published.partner_pair is
	'The pairs of organisations that are accepted members of one partnership that has not ended, in both directions. Written in the transaction that changes a membership.';
comment on column published.partner_pair.organisation_id is 'An organisation.';
comment on column published.partner_pair.partner_id is 'A partner of it.';

-- Who sees, who changes, and what follows: alike for all that is published.

do $$
declare
	name text;
	scope text;
begin
	for name, scope in
		values ('notice', 'partnership-notices:operate'), ('support_organisation', 'support-organisations:operate'),
			('case_study', 'case-studies:operate')
	loop
		call accord.protect(name);
		execute format(
			'create policy visible on restricted.%I for select to accord_api using ('
			'organisation_id = any ((select accord.caller_organisations())::uuid[])'
			' or (state <> ''draft'' and (select accord.caller_may(%L))))', name, scope
		);
		execute format(
			'create policy made on restricted.%I for insert to accord_api with check ('
			'organisation_id = (select accord.caller_organisation()) and state = ''draft'')', name
		);
		execute format(
			'create policy changed on restricted.%I for update to accord_api using ('
			'organisation_id = any ((select accord.caller_organisations())::uuid[])'
			' or (state <> ''draft'' and (select accord.caller_may(%L)))) with check ('
			'organisation_id = (select accord.caller_organisation())'
			' or (state = ''withdrawn'' and (select accord.caller_may(%L))))', name, scope, scope
		);
		execute format(
			'create trigger %I before update on restricted.%I for each row execute function accord.raise_version()',
			name || '_version', name
		);
		execute format(
			'create trigger %I after insert or update on restricted.%I'
			' for each row execute function accord.publish_record()',
			name || '_published', name
		);
	end loop;
end
$$;

create trigger notice_placed before insert or update on restricted.notice
	for each row execute function accord.place_notice();

create function accord.follow_finding() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	update restricted.notice as n set organisation_id = new.merged_into where n.organisation_id = new.id;
	update restricted.support_organisation as s
	set organisation_id = new.merged_into
	where s.organisation_id = new.id;
	update restricted.case_study as c set organisation_id = new.merged_into where c.organisation_id = new.id;
	return null;
end
$$;

comment on function accord.follow_finding() is
	'Gives what a merged organisation has published to the one that it turned out to be.';

create trigger organisation_merged_finding after update on restricted.organisation
	for each row when (new.state = 'merged' and old.state <> 'merged') execute function accord.follow_finding();

grant select on restricted.notice, restricted.support_organisation, restricted.case_study to accord_api;
grant insert (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, starts_on, ends_on,
	expires_at, place, longitude, latitude, state, created_at
) on restricted.notice to accord_api;
grant update (
	kind, title, summary, areas, focus_areas, subjects, phases, years, starts_on, ends_on, expires_at, place, longitude,
	latitude, state, published_at, version
) on restricted.notice to accord_api;
grant insert (
	id, organisation_id, name, sort_name, summary, website, areas, focus_areas, phases, local_authorities, tags, state,
	created_at
) on restricted.support_organisation to accord_api;
grant update (
	name, sort_name, summary, website, areas, focus_areas, phases, local_authorities, tags, state, published_at, version
) on restricted.support_organisation to accord_api;
grant insert (
	id, organisation_id, title, summary, story, areas, focus_areas, subjects, phases, years, tags, participants,
	started_on, ended_on, outcomes, source, state, created_at
) on restricted.case_study to accord_api;
grant update (
	title, summary, story, areas, focus_areas, subjects, phases, years, tags, participants, started_on, ended_on,
	outcomes, source, state, published_at, version
) on restricted.case_study to accord_api;
grant execute on function accord.demand_terms(jsonb), accord.demand_each(boolean[], text, text),
	accord.demand_organisations(uuid[], text), accord.demand_authorities(text[], text),
	accord.are_tags(text[]), accord.words_query(text), accord.finding_limit(text), accord.publication_actions(text),
	accord.demand_publication(text, text)
	to accord_api;

commit;
