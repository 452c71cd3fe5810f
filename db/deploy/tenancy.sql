-- SPDX-License-Identifier: MIT
-- Deploy accord:tenancy to pg
-- requires: tokens
-- Our own register of organisations, and whose records a caller sees and changes.

begin;

set local role accord_owner;

-- Who calls, beyond what tokens say. What is absent, empty or garbage is nobody, and may nothing.

create function accord.caller_role() returns text
language sql stable parallel safe
return nullif(current_setting('accord.caller_role', true), '');

comment on function accord.caller_role() is 'The role in which the caller acts; null when it has none.';

create function accord.caller_scopes() returns text[]
language sql stable parallel safe
return case
	when current_setting('accord.caller_scopes', true) ~ '^\{[a-z:,-]*\}$'
		then string_to_array(btrim(current_setting('accord.caller_scopes', true), '{}'), ',')
	else '{}'
end;

comment on function accord.caller_scopes() is 'What the caller may do, in scopes; none when nobody calls.';

create function accord.caller_may(scope text) returns boolean
language sql stable parallel safe
return scope = any (accord.caller_scopes());

comment on function accord.caller_may(text) is 'Whether the caller may do what the scope names.';

-- In a language that keeps its plans: every statement under row security asks.
create or replace function accord.caller_organisations() returns uuid[]
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
declare
	acting uuid := accord.caller_organisation();
begin
	return case
		when acting is null then '{}'
		else acting || array(select o.member_id from reference.oversight as o where o.organisation_id = acting)
	end;
end
$$;

comment on function accord.caller_organisations() is
	'The organisations whose records the caller may see: its own and those that one oversees. Empty when nobody calls. For policies, as "= any ((select accord.caller_organisations())::uuid[])".';

create function accord.most(what text) returns bigint
language sql immutable parallel safe
return case what
	when 'clients' then 500
	when 'memberships' then 2000
	when 'unverified organisations' then 500
	when 'import bytes' then 67108864
	when 'part bytes' then 1048576
	when 'open imports' then 10
	when 'waiting jobs' then 20
	when 'attempts' then 3
	when 'kept rejected rows' then 10000
	when 'hours of an open import' then 24
	when 'days of a job' then 30
	when 'members' then 200
	when 'unfinished partnerships' then 1000
	when 'events' then 5000
	when 'erasures' then 20
	when 'days to challenge' then 14
	when 'agreements' then 100
	when 'drafts of a member' then 5
	when 'bytes of clauses' then 262144
	when 'bytes of a record' then 8388608
	when 'bytes of a signature' then 8192
end;

comment on function accord.most(text) is
	'The limits of what callers make, by name: so many of one organisation or record, so many bytes, so many days.';

-- Every change to a record is a version more, whoever makes it.
create function accord.raise_version() returns trigger
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
	new.version := old.version + 1;
	return new;
end
$$;

comment on function accord.raise_version() is 'Counts the changes of a row in its column "version".';

-- A refusal that tells more than a sentence.
create function accord.refuse_with(code text, pointer text, detail text, members json) returns void
language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
begin
	raise exception using
		errcode = 'AC001', message = code, detail = concat(pointer, e'\n', members), hint = coalesce(detail, '');
end
$$;

comment on function accord.refuse_with(text, text, text, json) is
	'Refuses as accord.refuse does; the members of the object become members of the problem.';

-- Our own register.

create function accord.read_identifiers(identifiers jsonb) returns text[]
language sql immutable parallel safe
return array(
	select distinct
		replace(one ->> 'scheme', 'companiesHouseNumber', 'companiesHouse') || ':' || (one ->> 'value') as word
	from jsonb_array_elements(coalesce(identifiers, '[]')) as one
	order by word
);

comment on function accord.read_identifiers(jsonb) is
	'Identifiers as a body has them, [{"scheme": …, "value": …}], as they are kept: "charityNumber:1089464", in order.';

-- An array that is taken apart and put together again takes four times as long, and a page has fifty. No word has a
-- sign that JSON would escape: the registers' constraints, and ours, say of what identifiers and keys are made.
create function accord.show_pairs(words text[], divider text, head text, tail text) returns text
language sql stable parallel safe
return case
	when words = '{}' then '[]'
	else '[{"' || head || '":"' || replace(
		replace(array_to_string(words, e'\n'), divider, '","' || tail || '":"'), e'\n', '"},{"' || head || '":"'
	) || '"}]'
end;

comment on function accord.show_pairs(text[], text, text, text) is
	'Words of two parts, each with the divider once, as a JSON array of objects: the members head and tail.';

create function accord.show_identifiers(identifiers text[]) returns json
language sql stable parallel safe
return replace(
	accord.show_pairs(identifiers, ':', 'scheme', 'value'),
	'"scheme":"companiesHouse"', '"scheme":"companiesHouseNumber"'
)::json;

comment on function accord.show_identifiers(text[]) is 'The opposite of accord.read_identifiers.';

create function accord.show_resources(resources text[]) returns json
language sql stable parallel safe
return accord.show_pairs(resources, ' ', 'kind', 'href')::json;

comment on function accord.show_resources(text[]) is
	'Where registers say more of an organisation, "school /v1/schools/100000", as JSON shows it.';

create function accord.are_identifiers(words text[]) returns boolean
language sql immutable parallel safe
return array_position(words, null) is null and cardinality(words) <= 10 and (
	select coalesce(bool_and(
		word ~ '^charityNumber:[0-9A-Z][0-9A-Z-]{3,15}$' or word ~ '^companiesHouse:[0-9A-Z]{8}$'
		or word ~ '^ukprn:[0-9]{8}$' or word ~ '^odsCode:[0-9A-Z]{3,10}$'
	), true)
	from unnest(words) as word
);

comment on function accord.are_identifiers(text[]) is
	'Whether each word is an identifier that an organisation of our own register can have.';

create table restricted.organisation (
	id uuid not null,
	reference text collate "C" not null,
	kind text not null,
	name text not null,
	other_names text[] not null,
	country text collate "C" not null,
	town text,
	postcode text,
	identifiers text[] collate "C" not null,
	identifier_absence text,
	state text not null,
	merged_into uuid,
	registered_by uuid,
	registered_at timestamptz not null,
	version integer not null default 1,
	constraint organisation_pkey primary key (id),
	constraint organisation_reference_key unique (reference),
	constraint organisation_kind_known check (
		kind in ('charity', 'employer', 'healthService', 'communityGroup', 'government', 'schoolAbroad')
	),
	constraint organisation_name_form check (name ~ '^[^[:cntrl:];]{1,200}$' and name !~ '^\s|\s$'),
	constraint organisation_other_names_form check (
		cardinality(other_names) <= 10 and array_position(other_names, null) is null
		and array_to_string(other_names, '') !~ '[[:cntrl:];]' and length(array_to_string(other_names, '')) <= 2000
	),
	constraint organisation_country_form check (country ~ '^[A-Z]{2}$'),
	constraint organisation_identifiers_form check (accord.are_identifiers(identifiers)),
	constraint organisation_is_identified check (cardinality(identifiers) > 0 or identifier_absence is not null),
	constraint organisation_state_known check (state in ('unverified', 'verified', 'merged')),
	constraint organisation_merged_whole check ((state = 'merged') = (merged_into is not null)),
	constraint organisation_merged_elsewhere check (merged_into <> id)
);

create index organisation_registered_by_idx on restricted.organisation (registered_by);
create index organisation_merged_into_idx on restricted.organisation (merged_into) where merged_into is not null;

comment on constraint organisation_is_identified on restricted.organisation is
	'rule-broken /identifiers An organisation has an identifier, or identifierAbsence says why it has none.';
comment on constraint organisation_merged_elsewhere on restricted.organisation is
	'rule-broken /into An organisation is not merged into itself.';
comment on table restricted.organisation is 'Organisations that no publisher''s register has, as they were recorded here.';
comment on column restricted.organisation.id is 'Made of the register and the key there, as everywhere.';
comment on column restricted.organisation.reference is 'The key in our register: a UUID.';
comment on column restricted.organisation.kind is 'charity, employer, healthService, communityGroup, government or schoolAbroad.';
comment on column restricted.organisation.name is 'Name, without semicolons, which separate names elsewhere.';
comment on column restricted.organisation.other_names is 'Names under which it is known as well.';
comment on column restricted.organisation.country is 'The country it is in, by ISO 3166-1 alpha-2.';
comment on column restricted.organisation.town is 'Town.';
comment on column restricted.organisation.postcode is 'Postcode.';
comment on column restricted.organisation.identifiers is 'Identifiers in the registers of others, "charityNumber:1089464", in order.';
comment on column restricted.organisation.identifier_absence is 'Why it has none.';
comment on column restricted.organisation.state is 'unverified until an operator has looked, and again when it is changed; verified; or merged.';
comment on column restricted.organisation.merged_into is 'The organisation that it turned out to be.';
comment on column restricted.organisation.registered_by is 'The organisation that recorded it; null when an operator did.';
comment on column restricted.organisation.registered_at is 'When it was recorded.';
comment on column restricted.organisation.version is 'How often it has been written.';

create trigger organisation_version before update on restricted.organisation
	for each row execute function accord.raise_version();

-- Records that several organisations share: each is a party, and sees what the record's own policy then shows.

create table restricted.party (
	record_id uuid not null,
	organisation_id uuid not null,
	until integer,
	constraint party_pkey primary key (record_id, organisation_id)
);

create index party_organisation_idx on restricted.party (organisation_id, record_id);

comment on table restricted.party is
	'Which organisations share a record. The policy of its table is "id in (select record_id from restricted.party where organisation_id = any (…))".';
comment on column restricted.party.record_id is 'The record, of whatever table.';
comment on column restricted.party.organisation_id is 'An organisation that is a party to it.';
comment on column restricted.party.until is
	'The number of the last event that it sees, of one that is a party no longer; null while it is one.';

-- The words of search of one organisation, from what they were to what they are.
create function reference.change_search_words(was tsvector, becomes tsvector) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
	with change as materialized (
		select found.lexeme as word, sum(found.step)::integer as step
		from (
			select b.lexeme, 1 as step from unnest(becomes) as b
			union all
			select w.lexeme, -1 from unnest(was) as w
		) as found
		where strpos(found.lexeme, '_') = 0
		group by found.lexeme
		having sum(found.step) <> 0
	),
	gone as (
		delete from reference.search_word as known
		using change
		where known.word = change.word and known.uses + change.step < 1
	)
	insert into reference.search_word as known (word, uses)
	select change.word, greatest(change.step, 1)
	from change
	left join reference.search_word as s on s.word = change.word
	where coalesce(s.uses, 0) + change.step > 0
	on conflict on constraint search_word_pkey do update
	set uses = known.uses + (select c.step from change as c where c.word = known.word)
$$;

comment on function reference.change_search_words(tsvector, tsvector) is
	'Brings reference.search_word up to date with the change of one organisation.';

create function reference.refresh_organisation(register text, reference text) returns void
language plpgsql volatile
set search_path = pg_catalog, postgis, pg_temp
as $$
declare
	key uuid := accord.organisation_id(register, reference);
	was tsvector := (select o.document from reference.organisation as o where o.id = key);
begin
	delete from reference.organisation as o
	where o.id = key
	and not exists (
		select
		from accord.organisation_entry as entry
		where entry.register = $1 and entry.reference = $2
	);
	insert into reference.organisation as known (
		id, kind, reference, name, other_names, town, postcode, local_authority_code, status, longitude, latitude, grid,
		identifiers, resources
	)
	select
		key, entry.kind, entry.reference, entry.name, entry.names, entry.town, entry.postcode,
		entry.local_authority_code, entry.status, entry.longitude, entry.latitude, entry.grid, entry.identifiers,
		entry.resources
	from accord.organisation_entry as entry
	where entry.register = $1 and entry.reference = $2
	on conflict on constraint organisation_pkey do update
	set (
		kind, name, other_names, town, postcode, local_authority_code, status, longitude, latitude, grid, identifiers,
		resources
	) = row (
		excluded.kind, excluded.name, excluded.other_names, excluded.town, excluded.postcode,
		excluded.local_authority_code, excluded.status, excluded.longitude, excluded.latitude, excluded.grid,
		excluded.identifiers, excluded.resources
	);
	perform reference.change_search_words(was, (select o.document from reference.organisation as o where o.id = key));
end
$$;

comment on function reference.refresh_organisation(text, text) is
	'Brings one organisation and its words of search up to date with the registers.';

create function accord.publish_organisation() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	merged record;
	raised bigint;
begin
	select accord.organisation_register(o.kind) as register, o.reference into merged
	from reference.organisation as o
	where o.id = new.merged_into;
	insert into published.organisation as known (
		id, reference, kind, name, other_names, town, postcode, identifiers, merged_register, merged_reference
	)
	values (
		new.id, new.reference, new.kind, new.name, new.other_names, new.town, new.postcode, new.identifiers,
		merged.register, merged.reference
	)
	on conflict on constraint organisation_pkey do update
	set (kind, name, other_names, town, postcode, identifiers, merged_register, merged_reference) = row (
		excluded.kind, excluded.name, excluded.other_names, excluded.town, excluded.postcode, excluded.identifiers,
		excluded.merged_register, excluded.merged_reference
	);
	-- What had been merged into this one before follows it.
	update published.organisation as p
	set merged_register = merged.register, merged_reference = merged.reference
	where p.merged_register = 'accord' and p.merged_reference = new.reference and new.state = 'merged';
	perform reference.refresh_organisation('accord', new.reference);
	if new.state = 'merged' then
		perform reference.refresh_organisation(merged.register, merged.reference);
	end if;
	update reference.organisation as o
	set country = new.country, verification = new.state, version = new.version
	where o.id = new.id;
	update reference.generation set number = number + 1 returning number into raised;
	perform pg_catalog.pg_notify('accord_generation', raised::text);
	return null;
end
$$;

comment on function accord.publish_organisation() is
	'Writes what anyone may read of a record in the transaction that changes it, and says so to those who keep replies.';

create trigger organisation_published after insert or update on restricted.organisation
	for each row execute function accord.publish_organisation();

-- Whoever records an organisation is told of those that it may be. A misspelt word is looked for as the words like it;
-- words that a thousand names have tell nothing.

create function accord.name_query(name text) returns tsquery
language sql stable parallel safe
set search_path = pg_catalog, postgis
as $$
	select coalesce(
		string_agg(quote_literal(near.word), ' | ')::tsquery, plainto_tsquery('simple', accord.search_text(name))
	)
	from (
		select distinct w.word
		from regexp_split_to_table(btrim(accord.search_text(name)), ' +') as w (word)
		where length(w.word) > 1
		order by w.word
		limit 20
	) as asked
	cross join lateral (
		select s.word
		from reference.search_word as s
		where s.word % asked.word and similarity(s.word, asked.word) >= 0.5 and s.uses <= 1000
		order by similarity(s.word, asked.word) desc, s.word
		limit 5
	) as near
$$;

comment on function accord.name_query(text) is
	'What finds the organisations whose names share a telling word with this one, or a word like it.';

create function accord.likely_organisations(itself uuid, name text, identifiers text[]) returns table (
	id uuid, kind text, name text, identified boolean
)
language sql stable
set search_path = pg_catalog, postgis
as $$
	with asked as materialized (
		select accord.name_query($2) as query, accord.search_text($2) as words
	),
	-- The words of most schools are kept with the schools alone.
	school as (
		select s.urn
		from asked
		join reference.school as s on s.document @@ asked.query
		where similarity(accord.search_text(s.name), asked.words) >= 0.6
		order by similarity(accord.search_text(s.name), asked.words) desc, s.urn
		limit 10
	),
	named as (
		select o.id, o.kind, o.name, o.other_names, o.identifiers
		from asked
		join reference.organisation as o on o.document @@ asked.query
		union
		select o.id, o.kind, o.name, o.other_names, o.identifiers
		from accord.organisations_identified(array(select 'urn:' || s.urn from school as s)) as o
	),
	found as (
		select o.id, o.kind, o.name, true as identified, 1.0::real as likeness
		from accord.organisations_identified($3) as o
		union all
		select n.id, n.kind, n.name, false, (
			select max(similarity(accord.search_text(known.name), asked.words))
			from unnest(n.name || string_to_array(n.other_names, '; ')) as known (name)
		)
		from asked
		cross join named as n
		where not n.identifiers && $3
	)
	select f.id, f.kind, f.name, f.identified
	from found as f
	where f.id is distinct from itself and f.likeness >= 0.6
	order by f.identified desc, f.likeness desc, f.id
	limit 10
$$;

comment on function accord.likely_organisations(uuid, text, text[]) is
	'The organisations that one of this name and these identifiers may be, the likeliest first; never itself.';

create function accord.demand_new(itself uuid, name text, identifiers text[], distinct_from uuid[]) returns void
language plpgsql stable
set search_path = pg_catalog
as $$
declare
	identified boolean;
	candidates json;
begin
	select
		coalesce(bool_or(l.identified), false),
		json_agg(json_build_object('id', l.id, 'kind', l.kind, 'name', l.name, 'self', '/v1/organisations/' || l.id))
	into identified, candidates
	from accord.likely_organisations($1, $2, $3) as l
	where l.identified or l.id <> all (coalesce(distinct_from, '{}'));
	if identified then
		perform accord.refuse_with(
			'likely-duplicate', '/identifiers', 'An organisation has one of these identifiers already.',
			json_build_object('candidates', candidates)
		);
	elsif candidates is not null then
		perform accord.refuse_with(
			'likely-duplicate', '/name', 'Organisations of a like name are here already.',
			json_build_object('candidates', candidates)
		);
	end if;
end
$$;

comment on function accord.demand_new(uuid, text, text[], uuid[]) is
	'Refuses an organisation that may be one which is here, with the candidates; those it is distinct from are none, unless they share an identifier.';

create function accord.add_organisation(
	reference text, kind text, name text, country text, town text, postcode text, identifiers text[],
	identifier_absence text, verified boolean, distinct_anyway boolean
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	words text[] := array(
		select replace(one, 'companiesHouseNumber:', 'companiesHouse:') from unnest($7) as one order by 1
	);
	candidates text;
begin
	perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('accord organisation', 0));
	select pg_catalog.string_agg(l.id || ' ' || l.name, '; ')
	into candidates
	from accord.likely_organisations(null, $3, words) as l
	where l.identified or not distinct_anyway;
	perform accord.demand(
		candidates is null, 'likely-duplicate', 'name', 'It may be one that is here already: ' || candidates || '.'
	);
	insert into restricted.organisation (
		id, reference, kind, name, other_names, country, town, postcode, identifiers, identifier_absence, state,
		registered_at
	)
	values (
		accord.organisation_id('accord', $1), $1, $2, $3, '{}', $4, $5, $6, words, $8,
		case when verified then 'verified' else 'unverified' end, accord.now()
	);
	return accord.organisation_id('accord', $1);
end
$$;

comment on function accord.add_organisation(text, text, text, text, text, text, text[], text, boolean, boolean) is
	'Records an organisation that no publisher''s register has, for whoever runs the service; returns its id.';

create function accord.move_to_survivor(merged uuid, survivor uuid) returns void
language sql volatile
set search_path = ''
as $$
	update restricted.person_grant as g
	set organisation_id = survivor
	where g.organisation_id = merged
	and not exists (
		select from restricted.person_grant as o where o.organisation_id = survivor and o.person_id = g.person_id
	);
	delete from restricted.person_grant as g where g.organisation_id = merged;
	update restricted.client as c set organisation_id = survivor where c.organisation_id = merged;
	update restricted.organisation as o set registered_by = survivor where o.registered_by = merged;
	insert into restricted.party (record_id, organisation_id, until)
	select p.record_id, survivor, p.until from restricted.party as p where p.organisation_id = merged
	on conflict on constraint party_pkey do nothing;
	delete from restricted.party as p where p.organisation_id = merged
$$;

comment on function accord.move_to_survivor(uuid, uuid) is
	'Gives what belongs to a merged organisation to the one that it turned out to be.';

create function accord.follow_merger() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform accord.move_to_survivor(new.id, new.merged_into);
	return null;
end
$$;

comment on function accord.follow_merger() is 'What follows from a merger, in its transaction.';

create trigger organisation_merged after update on restricted.organisation
	for each row when (new.state = 'merged' and old.state <> 'merged') execute function accord.follow_merger();

-- Memberships, clients and secrets, as the administrators of an organisation see them.

alter table restricted.person_grant
	add column id uuid not null default gen_random_uuid(),
	add column name text,
	add column version integer not null default 1,
	add constraint person_grant_id_key unique (id),
	add constraint person_grant_name_form check (name ~ '^[^[:cntrl:]]{1,200}$');

comment on constraint person_grant_pkey on restricted.person_grant is
	'conflict /person The person has a role in the organisation already.';
comment on column restricted.person_grant.id is 'The membership''s own identifier.';
comment on column restricted.person_grant.name is 'What the organisation calls the person; null when nobody said.';
comment on column restricted.person_grant.version is 'How often it has been written.';

alter table restricted.client
	add column has_keys boolean generated always as (keys is not null) stored,
	add column version integer not null default 1;

comment on column restricted.client.has_keys is 'Whether it can prove who it is by a key.';
comment on column restricted.client.version is 'How often it has been written, or its secrets.';

alter table restricted.client_secret
	add column id uuid not null default gen_random_uuid(),
	add constraint client_secret_id_key unique (id);

comment on column restricted.client_secret.id is 'Names it without telling it.';

create index person_grant_created_idx on restricted.person_grant (organisation_id, created_at, id);
create index client_created_idx on restricted.client (organisation_id, created_at, id);
create index client_secret_created_idx on restricted.client_secret (client_id, created_at, id);

-- What is in front of the longer ones.
drop index restricted.person_grant_organisation_idx;
drop index restricted.client_organisation_idx;

comment on constraint client_scopes_form on restricted.client is
	'rule-broken /scopes The scopes are too many for a token.';
comment on constraint person_grant_scopes_form on restricted.person_grant is
	'rule-broken /scopes The scopes are too many for a token.';

create trigger person_grant_version before update on restricted.person_grant
	for each row execute function accord.raise_version();
create trigger client_version before update on restricted.client
	for each row execute function accord.raise_version();

create function accord.find_person(new_id uuid, issuer text, subject text, name text) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	found_id uuid;
begin
	insert into restricted.person (id, issuer, subject, name, created_at)
	values (new_id, $2, $3, $4, accord.now())
	on conflict on constraint person_identity_key do nothing;
	select p.id into found_id from restricted.person as p where (p.issuer, p.subject) = ($2, $3);
	return found_id;
end
$$;

comment on function accord.find_person(uuid, text, text, text) is
	'The person that a provider names, made when new. Tells nothing of whoever is known already.';

create function accord.demand_gift(role text, scopes text[]) returns void
language plpgsql stable
set search_path = pg_catalog
as $$
begin
	perform accord.demand(
		role is null or accord.caller_role() is not distinct from 'administrator', 'forbidden', '/role',
		'Only an administrator gives roles.'
	);
	perform accord.demand(
		scopes <@ accord.caller_scopes(), 'forbidden', '/scopes', 'Nobody gives scopes beyond their own.'
	);
end
$$;

comment on function accord.demand_gift(text, text[]) is
	'Refuses unless the caller may give a role (null: none) and these scopes to another.';

-- Who sees, and who changes. An organisation that oversees another sees its records, and changes its own alone.

call accord.protect('organisation', 'party');

create policy visible on restricted.organisation for select to accord_api
	using (
		id = any ((select accord.caller_organisations())::uuid[])
		or registered_by = any ((select accord.caller_organisations())::uuid[])
		or (select accord.caller_may('organisations:operate'))
	);
create policy recorded on restricted.organisation for insert to accord_api
	with check (registered_by = (select accord.caller_organisation()) and state = 'unverified');
create policy changed on restricted.organisation for update to accord_api
	using (
		id = (select accord.caller_organisation())
		or (registered_by = (select accord.caller_organisation()) and state = 'unverified')
		or (select accord.caller_may('organisations:operate'))
	)
	with check (
		(select accord.caller_may('organisations:operate'))
		or (
			(select accord.caller_organisation()) in (id, registered_by) and state = 'unverified'
		)
	);

create policy visible on restricted.client for select to accord_api
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]));
create policy made on restricted.client for insert to accord_api
	with check (
		organisation_id = (select accord.caller_organisation()) and scopes <@ (select accord.caller_scopes())
	);
create policy changed on restricted.client for update to accord_api
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]))
	with check (organisation_id = (select accord.caller_organisation()));

create policy visible on restricted.client_secret for select to accord_api
	using (
		client_id in (
			select c.id
			from restricted.client as c
			where c.organisation_id = any ((select accord.caller_organisations())::uuid[])
		)
	);
create policy made on restricted.client_secret for insert to accord_api
	with check (
		client_id in (
			select c.id from restricted.client as c where c.organisation_id = (select accord.caller_organisation())
		)
	);
create policy ended on restricted.client_secret for delete to accord_api
	using (
		client_id in (
			select c.id from restricted.client as c where c.organisation_id = (select accord.caller_organisation())
		)
	);

-- Asked of one person at a time: of thousands of organisations "in" would gather everybody first.
create policy visible on restricted.person for select to accord_api
	using (
		exists (
			select
			from restricted.person_grant as g
			where g.person_id = person.id and g.organisation_id = any ((select accord.caller_organisations())::uuid[])
		)
	);

create policy visible on restricted.person_grant for select to accord_api
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]));
create policy made on restricted.person_grant for insert to accord_api
	with check (organisation_id = (select accord.caller_organisation()) and role <> 'operator');
create policy changed on restricted.person_grant for update to accord_api
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]) and role <> 'operator')
	with check (organisation_id = (select accord.caller_organisation()) and role <> 'operator');
create policy ended on restricted.person_grant for delete to accord_api
	using (organisation_id = (select accord.caller_organisation()) and role <> 'operator');

create policy visible on restricted.party for select to accord_api
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]));

grant usage on schema restricted to accord_api;
grant select, insert on restricted.organisation to accord_api;
grant update (
	kind, name, other_names, country, town, postcode, identifiers, identifier_absence, state, merged_into
) on restricted.organisation to accord_api;
grant select (scopes, addresses, has_keys, disabled_at, created_at, version) on restricted.client to accord_api;
grant insert (id, name, organisation_id, scopes, addresses, expires_at, created_at) on restricted.client to accord_api;
grant update (name, scopes, addresses, expires_at, revoked_at, disabled_at, keys, version) on restricted.client
	to accord_api;
grant select (id, client_id, created_at) on restricted.client_secret to accord_api;
grant insert (id, client_id, digest, created_at), delete on restricted.client_secret to accord_api;
grant select (issuer, subject) on restricted.person to accord_api;
grant select (id, name, created_at, version) on restricted.person_grant to accord_api;
grant insert (id, person_id, organisation_id, name, role, scopes, created_at), update (name, role, scopes, version),
	delete
	on restricted.person_grant to accord_api;
grant select on restricted.party to accord_api;
grant execute on function accord.most(text), accord.caller_role(), accord.caller_scopes(), accord.caller_may(text),
	accord.find_person(uuid, text, text, text), accord.demand_gift(text, text[]), accord.are_identifiers(text[]),
	accord.are_scopes(text[]), accord.client_state(timestamptz, timestamptz),
	accord.refuse_with(text, text, text, json), accord.read_identifiers(jsonb), accord.show_identifiers(text[]),
	accord.show_pairs(text[], text, text, text), accord.show_resources(text[]),
	accord.name_query(text), accord.likely_organisations(uuid, text, text[]),
	accord.demand_new(uuid, text, text[], uuid[])
	to accord_api;
grant execute on function
	accord.add_organisation(text, text, text, text, text, text, text[], text, boolean, boolean)
	to accord_admin;

commit;
