-- SPDX-License-Identifier: MIT
-- Deploy accord:tokens to pg
-- requires: registers
-- Who may call: clients and their credentials, people and their roles, what was revoked, and how nodes hear of it.

begin;

-- Whoever makes credentials is neither the service, which faces strangers, nor the worker, which reads their files.
do $$
begin
	if not exists (select from pg_catalog.pg_roles where rolname = 'accord_admin') then
		create role accord_admin
			login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls;
	end if;
	execute format('grant connect on database %I to accord_admin', current_database());
end
$$;

comment on role accord_admin is 'The role of "accord client" and "accord user": makes and ends credentials, through functions alone.';

grant usage on schema accord, postgis to accord_admin;

set local role accord_owner;

create table accord.access (
	single boolean not null default true,
	number bigint not null,
	constraint access_pkey primary key (single),
	constraint access_is_single check (single)
);

insert into accord.access (number) values (1);

comment on table accord.access is 'One row: how often it has changed who may call; whoever remembers callers compares it.';
comment on column accord.access.single is 'True: there is one row.';
comment on column accord.access.number is 'Raised in the transaction of each change, which is told on the channel accord_access.';

create function accord.tell_access() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog
as $$
declare
	raised bigint;
	changed jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
	update accord.access set number = number + 1 returning number into raised;
	perform pg_notify('accord_access', concat_ws(' ', raised, tg_argv[0], changed ->> tg_argv[1]));
	return null;
end
$$;

comment on function accord.tell_access() is
	'Raises accord.access and says "<number> <client|person|token> <id>" on the channel accord_access; its arguments are the word and the column of the id.';

create function accord.are_scopes(words text[]) returns boolean
language sql immutable parallel safe
return coalesce(array_position(words, null) is null and length(array_to_string(words, ' ')) <= 1000 and (
	select bool_and(word ~ '^[a-z]+(-[a-z]+)*:(read|write|sign|administer|operate)$') from unnest(words) as word
), cardinality(words) = 0);

comment on function accord.are_scopes(text[]) is
	'Whether each word is a scope, a resource and a verb, and all fit into a token.';

create table restricted.client (
	id text collate "C" not null,
	name text not null,
	organisation_id uuid not null,
	scopes text[] not null,
	addresses cidr[] not null,
	keys jsonb,
	expires_at timestamptz,
	revoked_at timestamptz,
	disabled_at timestamptz,
	created_at timestamptz not null,
	constraint client_pkey primary key (id),
	constraint client_id_form check (id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(id) between 3 and 64),
	constraint client_name_form check (name ~ '^[^[:cntrl:]]{1,200}$' and name !~ '^\s|\s$'),
	constraint client_scopes_form check (accord.are_scopes(scopes)),
	constraint client_addresses_few check (cardinality(addresses) <= 32 and array_position(addresses, null) is null),
	constraint client_keys_form check (jsonb_typeof(keys -> 'keys') = 'array')
);

create index client_organisation_idx on restricted.client (organisation_id);

comment on table restricted.client is 'Programs that call for an organisation.';
comment on column restricted.client.id is 'client_id of OAuth 2.0; the subject of its tokens.';
comment on column restricted.client.name is 'What people call it.';
comment on column restricted.client.organisation_id is
	'The organisation it acts for; no foreign key, for registers are imported anew while the client goes on.';
comment on column restricted.client.scopes is 'What it may ask for.';
comment on column restricted.client.addresses is 'The networks it may call from; none is any.';
comment on column restricted.client.keys is 'Its public keys, a JWK set (RFC 7517), for private_key_jwt; null when it has secrets alone.';
comment on column restricted.client.expires_at is 'From then on it may not call; null is never.';
comment on column restricted.client.revoked_at is 'Tokens issued up to then are refused; null: none is.';
comment on column restricted.client.disabled_at is 'Since when it may not call; null while it may.';
comment on column restricted.client.created_at is 'When it was made.';

create table restricted.client_secret (
	client_id text collate "C" not null,
	digest bytea not null,
	created_at timestamptz not null,
	constraint client_secret_pkey primary key (client_id, digest),
	constraint client_secret_client_fkey foreign key (client_id) references restricted.client (id) on delete cascade,
	constraint client_secret_digest_length check (length(digest) = 32)
);

comment on table restricted.client_secret is 'The secrets that live: two at most, so that one can replace the other without a gap.';
comment on column restricted.client_secret.client_id is 'Whose it is.';
comment on column restricted.client_secret.digest is 'HMAC-SHA-256 of the secret under the service''s ACCORD_SECRET_KEY; the secret itself is nowhere.';
comment on column restricted.client_secret.created_at is 'When it was made: the older one goes when a third is made.';

create table restricted.used_assertion (
	client_id text collate "C" not null,
	token text collate "C" not null,
	expires_at timestamptz not null,
	constraint used_assertion_pkey primary key (client_id, token),
	constraint used_assertion_client_fkey foreign key (client_id) references restricted.client (id) on delete cascade,
	constraint used_assertion_token_length check (length(token) between 1 and 255)
);

create index used_assertion_expires_idx on restricted.used_assertion (expires_at);

comment on table restricted.used_assertion is 'The assertions by which clients have proved who they are: each is good once.';
comment on column restricted.used_assertion.client_id is 'Who made it.';
comment on column restricted.used_assertion.token is 'Its jti.';
comment on column restricted.used_assertion.expires_at is 'After which it is refused for its age, and need not be remembered.';

create table restricted.person (
	id uuid not null,
	issuer text collate "C" not null,
	subject text collate "C" not null,
	name text,
	revoked_at timestamptz,
	created_at timestamptz not null,
	constraint person_pkey primary key (id),
	constraint person_identity_key unique (issuer, subject),
	constraint person_issuer_form check (issuer ~ '^https?://[!-~]+$' and length(issuer) <= 500),
	constraint person_subject_form check (subject ~ '^[!-~]{1,255}$'),
	constraint person_name_form check (name ~ '^[^[:cntrl:]]{1,200}$')
);

comment on table restricted.person is 'People, as an OpenID provider knows them.';
comment on column restricted.person.id is 'Who it is to us; what logs and audits name.';
comment on column restricted.person.issuer is 'The provider''s issuer identifier.';
comment on column restricted.person.subject is 'Who it is to the provider.';
comment on column restricted.person.name is 'What people call the person; null when nobody said.';
comment on column restricted.person.revoked_at is 'Tokens issued up to then are refused; null: none is.';
comment on column restricted.person.created_at is 'When the person was first given a role.';

create table restricted.person_grant (
	person_id uuid not null,
	organisation_id uuid not null,
	role text not null,
	scopes text[] not null,
	created_at timestamptz not null,
	constraint person_grant_pkey primary key (person_id, organisation_id),
	constraint person_grant_person_fkey foreign key (person_id) references restricted.person (id) on delete cascade,
	constraint person_grant_role_known check (
		role in ('viewer', 'editor', 'signatory', 'administrator', 'operator')
	),
	constraint person_grant_scopes_form check (accord.are_scopes(scopes))
);

create index person_grant_organisation_idx on restricted.person_grant (organisation_id);

comment on table restricted.person_grant is 'What a person may do for an organisation.';
comment on column restricted.person_grant.person_id is 'Who.';
comment on column restricted.person_grant.organisation_id is 'For whom; no foreign key, as with clients.';
comment on column restricted.person_grant.role is
	'viewer, editor, signatory or administrator: each may do what those before it may; or operator of the service.';
comment on column restricted.person_grant.scopes is 'What the person may do beyond the role.';
comment on column restricted.person_grant.created_at is 'When it was granted.';

create table restricted.revoked_token (
	token text collate "C" not null,
	expires_at timestamptz not null,
	constraint revoked_token_pkey primary key (token),
	constraint revoked_token_length check (length(token) between 1 and 255)
);

create index revoked_token_expires_idx on restricted.revoked_token (expires_at);

comment on table restricted.revoked_token is 'Tokens of ours that were revoked before their time.';
comment on column restricted.revoked_token.token is 'Its jti.';
comment on column restricted.revoked_token.expires_at is 'After which it is refused for its age, and need not be remembered.';

create trigger client_told after update or delete on restricted.client
	for each row execute function accord.tell_access('client', 'id');
create trigger person_told after update or delete on restricted.person
	for each row execute function accord.tell_access('person', 'id');
create trigger person_grant_told after insert or update or delete on restricted.person_grant
	for each row execute function accord.tell_access('person', 'person_id');
create trigger revoked_token_told after insert on restricted.revoked_token
	for each row execute function accord.tell_access('token', 'token');

-- Who calls, as the service says in the transaction. What is absent, empty or garbage is nobody. The functions are
-- written so that they become part of whatever asks.

create function accord.caller_uuid(setting text) returns uuid
language sql stable parallel safe
return case
	when current_setting(setting, true) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
		then current_setting(setting, true)::uuid
end;

comment on function accord.caller_uuid(text) is 'The UUID that a setting holds; null when it is absent, empty or anything else.';

create function accord.caller_client() returns text
language sql stable parallel safe
return nullif(current_setting('accord.caller_client', true), '');

comment on function accord.caller_client() is 'The client that calls; null when a person or nobody does.';

create function accord.caller_person() returns uuid
language sql stable parallel safe
return case when accord.caller_client() is null then accord.caller_uuid('accord.caller_subject') end;

comment on function accord.caller_person() is 'The person who calls; null when a client or nobody does.';

create function accord.caller_organisation() returns uuid
language sql stable parallel safe
return accord.caller_uuid('accord.caller_organisation');

comment on function accord.caller_organisation() is 'The organisation that the caller acts for; null when there is none.';

create function accord.caller_organisations() returns uuid[]
language sql stable parallel safe
return array_remove(array[accord.caller_organisation()], null);

comment on function accord.caller_organisations() is
	'The organisations whose records the caller may see; empty when nobody calls. For policies, as "= any ((select accord.caller_organisations())::uuid[])".';

-- Row security holds for the owner too: its functions pass by policies of their own, and nobody logs in as it.

call accord.protect('client', 'client_secret', 'used_assertion', 'person', 'person_grant', 'revoked_token');

create policy own on restricted.client for select to accord_api
	using (id = (select accord.caller_client()));
create policy own on restricted.person for select to accord_api
	using (id = (select accord.caller_person()));
create policy own on restricted.person_grant for select to accord_api
	using (person_id = (select accord.caller_person()));

grant select (id, name, organisation_id, expires_at) on restricted.client to accord_api;
grant select (id, name) on restricted.person to accord_api;
grant select (person_id, organisation_id, role, scopes) on restricted.person_grant to accord_api;
grant select on accord.access to accord_api;

-- What the service asks. Each answers one question, and none hands out a digest.

create function accord.client_state(disabled_at timestamptz, expires_at timestamptz) returns text
language sql stable parallel safe
set search_path = pg_catalog
as $$
	select case
		when disabled_at is not null then 'disabled'
		when expires_at <= accord.now() then 'expired'
		else 'good'
	end
$$;

comment on function accord.client_state(timestamptz, timestamptz) is 'Whether a client may call now: good, disabled or expired.';

create function accord.authenticate_client(client text, secret bytea) returns table (
	state text, secret_fits boolean, keys jsonb, organisation_id uuid, scopes text, addresses text,
	expires_at timestamptz
)
language sql stable security definer
set search_path = ''
as $$
	select
		case when c.id is null then 'unknown' else accord.client_state(c.disabled_at, c.expires_at) end,
		s.fits,
		c.keys,
		c.organisation_id,
		array_to_string(c.scopes, ' '),
		array_to_string(c.addresses, ','),
		c.expires_at
	from (
		select exists (
			select from restricted.client_secret as s where s.client_id = $1 and s.digest = $2
		) as fits
	) as s
	left join restricted.client as c on c.id = $1
$$;

comment on function accord.authenticate_client(text, bytea) is
	'What there is to know of a client that wants a token, and whether it has a secret of this digest; one row, also for an unknown client.';

create function accord.use_assertion(client text, token text, expires_at timestamptz) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	delete from restricted.used_assertion as u
	using (
		select o.client_id, o.token
		from restricted.used_assertion as o
		where o.expires_at < accord.now()
		order by o.expires_at
		limit 10
		for update skip locked
	) as old
	where (u.client_id, u.token) = (old.client_id, old.token);
	insert into restricted.used_assertion (client_id, token, expires_at)
	values (use_assertion.client, use_assertion.token, use_assertion.expires_at)
	on conflict on constraint used_assertion_pkey do nothing;
	return found;
end
$$;

comment on function accord.use_assertion(text, text, timestamptz) is
	'Remembers an assertion until it expires, and forgets some that have; false when it was used before.';

create function accord.identify_client(client text, token text, issued_at timestamptz) returns table (
	state text, organisation_id uuid, scopes text, addresses text, expires_at timestamptz
)
language sql stable security definer
set search_path = ''
as $$
	select
		case
			when $3 <= c.revoked_at or exists (select from restricted.revoked_token as r where r.token = $2)
				then 'revoked'
			else accord.client_state(c.disabled_at, c.expires_at)
		end,
		c.organisation_id,
		array_to_string(c.scopes, ' '),
		array_to_string(c.addresses, ','),
		c.expires_at
	from restricted.client as c
	where c.id = $1
$$;

comment on function accord.identify_client(text, text, timestamptz) is
	'The client of a token of ours and whether the token is still good: good, revoked, disabled or expired; no row for an unknown client.';

create function accord.identify_person(issuer text, subject text, issued_at timestamptz) returns table (
	state text, person_id uuid, organisation_id uuid, role text, scopes text
)
language sql stable security definer
set search_path = ''
as $$
	select
		case when $3 <= p.revoked_at then 'revoked' else 'good' end,
		p.id,
		g.organisation_id,
		g.role,
		array_to_string(g.scopes, ' ')
	from restricted.person as p
	left join restricted.person_grant as g on g.person_id = p.id
	where p.issuer = $1 and p.subject = $2
	order by g.organisation_id
	limit 1000
$$;

comment on function accord.identify_person(text, text, timestamptz) is
	'The person that a provider names, a row a role (one without when there is none), and whether the token is still good: good or revoked.';

create function accord.revoke_token(token text, expires_at timestamptz) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	delete from restricted.revoked_token as r
	using (
		select o.token
		from restricted.revoked_token as o
		where o.expires_at < accord.now()
		order by o.expires_at
		limit 10
		for update skip locked
	) as old
	where r.token = old.token;
	insert into restricted.revoked_token (token, expires_at)
	values (revoke_token.token, revoke_token.expires_at)
	on conflict on constraint revoked_token_pkey do nothing;
end
$$;

comment on function accord.revoke_token(text, timestamptz) is
	'Ends a token of ours on every node, and forgets some that have expired.';

-- What the administrator asks.

create function accord.find_organisation(words text) returns uuid
language plpgsql stable
set search_path = pg_catalog
as $$
declare
	found_ids uuid[];
begin
	select array_agg(found.id)
	into found_ids
	from (
		select o.id from reference.organisation as o where o.id::text = lower(words)
		union
		select i.id
		from accord.organisations_identified(
			array[regexp_replace(words, '^companiesHouseNumber:', 'companiesHouse:')]
		) as i
	) as found;
	perform accord.demand(
		found_ids is not null, 'rule-broken', 'organisation',
		'No organisation is ' || words || '; name one by its id, or as in urn:100008, ukprn:10007784 or gss:E09000007.'
	);
	perform accord.demand(
		cardinality(found_ids) = 1, 'rule-broken', 'organisation',
		'More than one organisation is ' || words || '; name it by its id.'
	);
	return found_ids[1];
end
$$;

comment on function accord.find_organisation(text) is
	'The one organisation with this id, or this identifier as "scheme:value"; refuses when there is none, or several.';

create function accord.create_client(
	id text, name text, organisation text, scopes text[], addresses cidr[], expires_at timestamptz, keys jsonb,
	digest bytea
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	found_id uuid := accord.find_organisation(organisation);
begin
	perform accord.demand(
		expires_at is null or expires_at > accord.now(), 'rule-broken', 'expires', 'It would have expired already.'
	);
	insert into restricted.client (id, name, organisation_id, scopes, addresses, keys, expires_at, created_at)
	values ($1, $2, found_id, $4, $5, $7, $6, accord.now());
	if digest is not null then
		insert into restricted.client_secret (client_id, digest, created_at) values ($1, $8, accord.now());
	end if;
	return found_id;
end
$$;

comment on function accord.create_client(text, text, text, text[], cidr[], timestamptz, jsonb, bytea) is
	'Makes a client with a secret, keys or both; returns the organisation it acts for.';

create function accord.lock_client(client text) returns void
language plpgsql volatile
set search_path = pg_catalog
as $$
begin
	perform from restricted.client as c where c.id = client for update;
	perform accord.demand(found, 'not-found', 'client', 'No client has the id ' || client || '.');
	perform accord.demand(
		(select c.disabled_at is null from restricted.client as c where c.id = client),
		'conflict', 'client', 'The client ' || client || ' is disabled.'
	);
end
$$;

comment on function accord.lock_client(text) is 'Locks a client for a change; refuses one that is unknown or disabled.';

create function accord.rotate_client(client text, digest bytea, keys jsonb, at_once boolean) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform accord.lock_client(client);
	if digest is not null then
		delete from restricted.client_secret as s
		where s.client_id = client
		and (
			at_once
			or s.digest not in (
				select n.digest
				from restricted.client_secret as n
				where n.client_id = client
				order by n.created_at desc, n.digest
				limit 1
			)
		);
		insert into restricted.client_secret (client_id, digest, created_at) values ($1, $2, accord.now());
	end if;
	update restricted.client as c
	set
		keys = coalesce(rotate_client.keys, c.keys),
		revoked_at = case when at_once then accord.now() else c.revoked_at end
	where c.id = client;
end
$$;

comment on function accord.rotate_client(text, bytea, jsonb, boolean) is
	'Gives a client a new secret or new keys. The secret before it lives on beside it, unless at once: then every other secret and every token ends.';

create function accord.disable_client(client text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform accord.lock_client(client);
	delete from restricted.client_secret as s where s.client_id = client;
	update restricted.client as c
	set disabled_at = accord.now(), revoked_at = accord.now(), keys = null
	where c.id = client;
end
$$;

comment on function accord.disable_client(text) is 'Ends a client, its credentials and its tokens for good.';

create function accord.clients() returns table (
	id text, name text, organisation_id uuid, organisation text, scopes text[], addresses text[], secrets integer,
	has_keys boolean, state text, created_at timestamptz, expires_at timestamptz
)
language sql stable security definer
set search_path = ''
as $$
	select
		c.id,
		c.name,
		c.organisation_id,
		o.name,
		c.scopes,
		c.addresses::text[],
		(select count(*)::integer from restricted.client_secret as s where s.client_id = c.id),
		c.keys is not null,
		accord.client_state(c.disabled_at, c.expires_at),
		c.created_at,
		c.expires_at
	from restricted.client as c
	left join reference.organisation as o on o.id = c.organisation_id
	order by c.id
$$;

comment on function accord.clients() is 'Every client, without anything secret.';

create function accord.grant_role(
	new_id uuid, issuer text, subject text, name text, organisation text, role text, scopes text[]
) returns table (person_id uuid, organisation_id uuid)
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	found_id uuid := accord.find_organisation(organisation);
	person uuid;
begin
	insert into restricted.person as p (id, issuer, subject, name, created_at)
	values (new_id, $2, $3, $4, accord.now())
	on conflict on constraint person_identity_key do update set name = coalesce(excluded.name, p.name)
	returning p.id into person;
	insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at)
	values (person, found_id, $6, $7, accord.now())
	on conflict on constraint person_grant_pkey do update set role = excluded.role, scopes = excluded.scopes;
	return query select person, found_id;
end
$$;

comment on function accord.grant_role(uuid, text, text, text, text, text, text[]) is
	'Gives a person, who is made when new, a role in an organisation instead of any before.';

create function accord.revoke_role(issuer text, subject text, organisation text) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	person uuid;
	taken integer;
begin
	select p.id into person from restricted.person as p where p.issuer = $1 and p.subject = $2 for update;
	perform accord.demand(found, 'not-found', 'subject', 'No user is ' || subject || ' of ' || issuer || '.');
	delete from restricted.person_grant as g
	where g.person_id = person
	and (organisation is null or g.organisation_id = accord.find_organisation(organisation));
	get diagnostics taken = row_count;
	if organisation is null then
		update restricted.person as p set revoked_at = accord.now() where p.id = person;
	end if;
	return taken;
end
$$;

comment on function accord.revoke_role(text, text, text) is
	'Takes the role of a person in an organisation; without one, every role, and ends the tokens that the person has. Returns how many roles went.';

create function accord.users() returns table (
	person_id uuid, issuer text, subject text, name text, organisation_id uuid, organisation text, role text,
	scopes text[]
)
language sql stable security definer
set search_path = ''
as $$
	select p.id, p.issuer, p.subject, p.name, g.organisation_id, o.name, g.role, g.scopes
	from restricted.person as p
	left join restricted.person_grant as g on g.person_id = p.id
	left join reference.organisation as o on o.id = g.organisation_id
	order by p.issuer, p.subject, o.name, g.organisation_id
$$;

comment on function accord.users() is 'Every person with every role, a row a role.';

grant execute on function accord.caller_uuid(text), accord.caller_client(), accord.caller_person(),
	accord.caller_organisation(), accord.caller_organisations(), accord.authenticate_client(text, bytea),
	accord.use_assertion(text, text, timestamptz), accord.identify_client(text, text, timestamptz),
	accord.identify_person(text, text, timestamptz), accord.revoke_token(text, timestamptz)
	to accord_api;
grant execute on function accord.open_session(),
	accord.create_client(text, text, text, text[], cidr[], timestamptz, jsonb, bytea),
	accord.rotate_client(text, bytea, jsonb, boolean), accord.disable_client(text), accord.clients(),
	accord.grant_role(uuid, text, text, text, text, text, text[]), accord.revoke_role(text, text, text), accord.users()
	to accord_admin;

commit;
