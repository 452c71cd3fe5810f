-- SPDX-License-Identifier: MIT
-- Deploy accord:agreements to pg
-- requires: partnerships
-- What partners agree: versions, who signs them, the receipts of signatures, and what commits to people.

begin;

set local role accord_owner;

insert into published.machine_step (machine, from_state, action, to_state, who, scope)
values
	('agreement', 'draft', 'open', 'open', 'lead', 'partnerships:write'),
	('agreement', 'draft', 'withdraw', 'abandoned', 'drafter', 'agreements:sign'),
	('agreement', 'draft', 'withdraw', 'abandoned', 'lead', 'agreements:sign'),
	('agreement', 'draft', 'abandon', 'abandoned', 'service', null),
	('agreement', 'open', 'sign', 'open', 'unsigned', 'agreements:sign'),
	('agreement', 'open', 'record-paper-signature', 'open', 'unsigned', 'agreements:sign'),
	('agreement', 'open', 'record-paper-signature', 'open', 'lead', 'agreements:sign'),
	('agreement', 'open', 'complete', 'inForce', 'service', null),
	('agreement', 'open', 'withdraw', 'abandoned', 'signatory', 'agreements:sign'),
	('agreement', 'open', 'abandon', 'abandoned', 'service', null),
	('agreement', 'inForce', 'amend', 'inForce', 'signatory', 'partnerships:write'),
	('agreement', 'inForce', 'amend', 'inForce', 'lead', 'partnerships:write'),
	('agreement', 'inForce', 'renew', 'inForce', 'signatory', 'partnerships:write'),
	('agreement', 'inForce', 'renew', 'inForce', 'lead', 'partnerships:write'),
	('agreement', 'inForce', 'supersede', 'superseded', 'service', null);

-- RFC 8785: members in order, nothing between tokens. Our members' names are ASCII, whose order is that of UTF-16, and
-- our numbers are whole; PostgreSQL escapes in strings what the RFC does, as it does.
create function accord.canonical(value jsonb) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
	case jsonb_typeof(value)
		when 'object' then
			return (
				select '{' || coalesce(
					string_agg(
						to_json(m.key)::text || ':' || case
							when jsonb_typeof(m.value) in ('string', 'boolean', 'null') then m.value::text
							else accord.canonical(m.value)
						end, ',' order by m.key collate "C"
					), ''
				) || '}'
				from jsonb_each(value) as m
			);
		when 'array' then
			return (
				select '[' || coalesce(string_agg(accord.canonical(m.value), ',' order by m.place), '') || ']'
				from jsonb_array_elements(value) with ordinality as m (value, place)
			);
		when 'number' then
			if value::text !~ '^(0|-?[1-9][0-9]{0,14})$' then
				raise exception 'no whole number: %', value;
			end if;
			return value::text;
		else
			return value::text;
	end case;
end
$$;

comment on function accord.canonical(jsonb) is
	'The text of a value by RFC 8785: the same value is the same bytes, whoever writes it. Numbers must be whole, names ASCII.';

create function accord.sha256_hex(words text) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog
as $$
begin
	return encode(sha256(convert_to(words, 'UTF8')), 'hex');
end
$$;

comment on function accord.sha256_hex(text) is 'SHA-256 of a text in UTF-8, in hexadecimal digits.';

create table restricted.agreement (
	partnership_id uuid not null,
	number integer not null,
	kind text collate "C" not null,
	state text collate "C" not null default 'draft',
	starts_on date,
	ends_on date,
	form text collate "C",
	clauses jsonb not null,
	text text,
	text_sha256 text collate "C" generated always as (accord.sha256_hex(text)) stored,
	created_by uuid not null,
	created_at timestamptz not null,
	opened_at timestamptz,
	in_force_at timestamptz,
	closed_at timestamptz,
	constraint agreement_pkey primary key (partnership_id, number),
	constraint agreement_partnership_fkey foreign key (partnership_id)
		references restricted.partnership (id) on delete restrict,
	constraint agreement_kind_known check (kind in ('first', 'amendment', 'renewal')),
	constraint agreement_state_known check (state in ('draft', 'open', 'inForce', 'superseded', 'abandoned')),
	constraint agreement_dates_in_order check (ends_on >= starts_on),
	constraint agreement_form_known check (form in ('memorandum', 'contract', 'informal')),
	constraint agreement_clauses_bounded check (octet_length(clauses::text) <= accord.most('bytes of clauses')),
	constraint agreement_text_when_opened check ((text is null) = (opened_at is null)),
	constraint agreement_in_force_when_opened check (state not in ('open', 'inForce', 'superseded') or text is not null)
);

create unique index agreement_pending_idx on restricted.agreement (partnership_id) where state in ('draft', 'open');
create unique index agreement_in_force_idx on restricted.agreement (partnership_id) where state = 'inForce';

comment on index restricted.agreement_pending_idx is
	'conflict /state Another version is being drafted or signed.';
comment on constraint agreement_dates_in_order on restricted.agreement is
	'rule-broken /endsOn It ends before it starts.';
comment on constraint agreement_clauses_bounded on restricted.agreement is
	'rule-broken /clauses The clauses are longer than 262144 bytes together.';
comment on table restricted.agreement is 'A version of a partnership''s agreement: its text never changes once it has been opened.';
comment on column restricted.agreement.partnership_id is 'Of which partnership.';
comment on column restricted.agreement.number is 'Its place among the versions, from 1.';
comment on column restricted.agreement.kind is 'first, amendment or renewal.';
comment on column restricted.agreement.state is 'draft, open, inForce, superseded or abandoned.';
comment on column restricted.agreement.form is 'What is to bind its parties; null is what the partnership has when the version is opened.';
comment on column restricted.agreement.starts_on is 'First day of what is agreed.';
comment on column restricted.agreement.ends_on is 'Last day of what is agreed.';
comment on column restricted.agreement.clauses is 'Its clauses.';
comment on column restricted.agreement.text is 'What is signed: canonical JSON; null in a draft.';
comment on column restricted.agreement.text_sha256 is 'SHA-256 of the text.';
comment on column restricted.agreement.created_by is 'The organisation that drafted it.';
comment on column restricted.agreement.created_at is 'When it was drafted.';
comment on column restricted.agreement.opened_at is 'When its text was fixed, to be signed.';
comment on column restricted.agreement.in_force_at is 'When the last signatory had signed.';
comment on column restricted.agreement.closed_at is 'When it was abandoned or superseded.';

create function accord.keep_agreement() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
	if old.state <> 'draft' and (
		old.partnership_id, old.number, old.kind, old.starts_on, old.ends_on, old.clauses, old.text, old.created_by,
		old.created_at, old.opened_at
	) is distinct from (
		new.partnership_id, new.number, new.kind, new.starts_on, new.ends_on, new.clauses, new.text, new.created_by,
		new.created_at, new.opened_at
	) then
		raise exception 'what has happened and what was signed is never changed';
	end if;
	if old.state <> new.state and not exists (
		select
		from published.machine_step as s
		where (s.machine, s.from_state, s.to_state) = ('agreement', old.state, new.state)
	) then
		raise exception 'an agreement does not go from % to %', old.state, new.state;
	end if;
	return new;
end
$$;

comment on function accord.keep_agreement() is 'Fails where a text that was opened would change, or a state that does not follow.';

create trigger agreement_kept before update on restricted.agreement
	for each row execute function accord.keep_agreement();
create trigger agreement_stays before delete or truncate on restricted.agreement
	for each statement execute function accord.keep_history();

create table restricted.agreement_signatory (
	partnership_id uuid not null,
	number integer not null,
	organisation_id uuid not null,
	role text collate "C" not null,
	constraint agreement_signatory_pkey primary key (partnership_id, number, organisation_id),
	constraint agreement_signatory_agreement_fkey foreign key (partnership_id, number)
		references restricted.agreement (partnership_id, number) on delete restrict,
	constraint agreement_signatory_role_known check (role in ('lead', 'partner', 'delivery', 'funder'))
);

comment on table restricted.agreement_signatory is 'Who signs a version: the members of its opening, whatever becomes of them.';
comment on column restricted.agreement_signatory.partnership_id is 'Of which partnership.';
comment on column restricted.agreement_signatory.number is 'Which version.';
comment on column restricted.agreement_signatory.organisation_id is 'The organisation.';
comment on column restricted.agreement_signatory.role is 'Its role then.';

create table restricted.agreement_signature (
	partnership_id uuid not null,
	number integer not null,
	organisation_id uuid not null,
	sequence integer not null,
	receipt text not null,
	receipt_sha256 text collate "C" generated always as (accord.sha256_hex(receipt)) stored,
	claims jsonb not null,
	constraint agreement_signature_pkey primary key (partnership_id, number, organisation_id),
	constraint agreement_signature_sequence_key unique (partnership_id, sequence),
	constraint agreement_signature_signatory_fkey foreign key (partnership_id, number, organisation_id)
		references restricted.agreement_signatory (partnership_id, number, organisation_id) on delete restrict
);

comment on table restricted.agreement_signature is 'The signatures, each with the receipt that the service signed for it.';
comment on column restricted.agreement_signature.partnership_id is 'Of which partnership.';
comment on column restricted.agreement_signature.number is 'Of which version.';
comment on column restricted.agreement_signature.organisation_id is 'For which organisation.';
comment on column restricted.agreement_signature.sequence is 'Its place in the partnership''s chain of receipts, from 1.';
comment on column restricted.agreement_signature.receipt is 'The receipt: a JWS in compact form.';
comment on column restricted.agreement_signature.receipt_sha256 is 'SHA-256 of the receipt, which the next one names.';
comment on column restricted.agreement_signature.claims is 'What the receipt says.';

do $$
declare
	name text;
begin
	foreach name in array array['agreement_signatory', 'agreement_signature'] loop
		execute format(
			'create trigger %I before update or delete or truncate on restricted.%I for each statement execute function accord.keep_history()',
			name || '_kept', name
		);
	end loop;
end
$$;

create table restricted.agreement_commitment (
	sha256 text collate "C" not null,
	partnership_id uuid not null,
	number integer not null,
	organisation_id uuid not null,
	what text collate "C" not null,
	salt bytea,
	value text,
	erased_at timestamptz,
	constraint agreement_commitment_pkey primary key (partnership_id, number, sha256),
	constraint agreement_commitment_agreement_fkey foreign key (partnership_id, number)
		references restricted.agreement (partnership_id, number) on delete restrict,
	constraint agreement_commitment_what_known check (
		what in ('projectLead', 'executiveSponsor', 'signatory', 'recorder')
	),
	constraint agreement_commitment_erased_whole check (num_nulls(salt, value, erased_at) in (1, 2)),
	constraint agreement_commitment_erased_both check ((salt is null) = (erased_at is not null)),
	constraint agreement_commitment_true check (
		sha256 = encode(sha256(salt || convert_to(value, 'UTF8')), 'hex')
	)
);

create index agreement_commitment_organisation_idx on restricted.agreement_commitment (organisation_id);

comment on table restricted.agreement_commitment is
	'Personal data that signed texts and receipts commit to by hash alone; erasure takes salt and value and leaves the hash.';
comment on column restricted.agreement_commitment.sha256 is 'SHA-256 of salt and value, as the text or the receipt has it.';
comment on column restricted.agreement_commitment.partnership_id is 'Of which partnership.';
comment on column restricted.agreement_commitment.number is 'Of which version.';
comment on column restricted.agreement_commitment.organisation_id is 'For which organisation the person acted.';
comment on column restricted.agreement_commitment.what is 'projectLead, executiveSponsor, signatory or recorder.';
comment on column restricted.agreement_commitment.salt is '32 bytes made for it; null when erased.';
comment on column restricted.agreement_commitment.value is 'Canonical JSON of who it is; null when erased.';
comment on column restricted.agreement_commitment.erased_at is 'When it was erased.';

create function accord.keep_commitment() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
	if new.salt is not null or (old.sha256, old.partnership_id, old.number, old.organisation_id, old.what)
		is distinct from (new.sha256, new.partnership_id, new.number, new.organisation_id, new.what)
	then
		raise exception 'what has happened and what was signed is never changed';
	end if;
	return new;
end
$$;

comment on function accord.keep_commitment() is 'Fails unless a change erases.';

create trigger agreement_commitment_kept before update on restricted.agreement_commitment
	for each row execute function accord.keep_commitment();
create trigger agreement_commitment_stays before delete or truncate on restricted.agreement_commitment
	for each statement execute function accord.keep_history();

create function accord.commit_to(partnership uuid, agreement integer, organisation uuid, what text, value jsonb)
returns text
language plpgsql volatile
set search_path = ''
as $$
declare
	-- 244 bits of chance
	salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
	words text := accord.canonical($5);
	digest text := encode(sha256(salt || convert_to(words, 'UTF8')), 'hex');
begin
	insert into restricted.agreement_commitment (
		sha256, partnership_id, number, organisation_id, what, salt, value
	)
	values (digest, $1, $2, $3, $4, salt, words);
	return digest;
end
$$;

comment on function accord.commit_to(uuid, integer, uuid, text, jsonb) is
	'Keeps who somebody is beside a version, and returns what stands for it in what is signed.';

-- What each signatory says for itself is shown beside the text too. Whoever has yet to sign has room kept for that.
create function accord.agreements_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return (
		select coalesce(sum(
			octet_length(to_json(a)::text) + coalesce(octet_length((a.text::jsonb -> 'signatories')::text), 0)
			+ accord.name_bytes(a.created_by) + 1500
		), 0)
		from restricted.agreement as a
		where a.partnership_id = $1
	) + (
		select coalesce(sum(
			octet_length(to_json(s)::text) + accord.name_bytes(s.organisation_id) + 150 + case
				when g.sequence is not null then octet_length(to_json(g)::text)
				when a.state = 'open' then accord.most('bytes of a signature')
				else 0
			end
		), 0)
		from restricted.agreement as a
		join restricted.agreement_signatory as s on (s.partnership_id, s.number) = (a.partnership_id, a.number)
		left join restricted.agreement_signature as g
			on (g.partnership_id, g.number, g.organisation_id) = (s.partnership_id, s.number, s.organisation_id)
		where a.partnership_id = $1
	) + (
		select coalesce(sum(octet_length(to_json(c)::text) + accord.name_bytes(c.organisation_id)), 0)
		from restricted.agreement_commitment as c
		where c.partnership_id = $1
	);
end
$$;

comment on function accord.agreements_bytes(uuid) is
	'How many bytes the versions of an agreement, their signatures and what they commit to take in an export.';

create or replace function accord.record_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return accord.partnership_bytes($1) + accord.agreements_bytes($1);
end
$$;

-- What a caller may do now, and what it may not and why.

-- What was signed names whoever signed it, for good: its survivor stands for it.
create function accord.absorbed(organisation uuid) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
begin
	return array(
		with recursive known as (
			select $1 as id
			union
			select o.id from restricted.organisation as o join known as k on o.merged_into = k.id
		)
		select k.id from known as k
	);
end
$$;

comment on function accord.absorbed(uuid) is 'An organisation and those that were merged into it.';

create function accord.agreement_standing(partnership uuid, agreement integer) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
	standing text[] := accord.partnership_standing($1);
	callers uuid[];
begin
	if standing = '{}' then
		return standing;
	end if;
	callers := accord.absorbed(accord.caller_organisation());
	return standing || array(
		select 'drafter'
		from restricted.agreement as a
		where a.partnership_id = $1 and a.number = $2 and a.created_by = any (callers)
	) || array(
		select unnest(case when g.sequence is null then array['signatory', 'unsigned'] else array['signatory'] end)
		from restricted.agreement_signatory as s
		left join restricted.agreement_signature as g
			on (g.partnership_id, g.number, g.organisation_id) = (s.partnership_id, s.number, s.organisation_id)
		where s.partnership_id = $1 and s.number = $2 and s.organisation_id = any (callers)
	);
end
$$;

comment on function accord.agreement_standing(uuid, integer) is
	'As what the acting organisation does something with a version: what it is in the partnership, the member that drafted it, a signatory, one that has not signed.';

create function accord.signatories(partnership uuid) returns table (organisation_id uuid, role text)
language plpgsql stable
set search_path = ''
as $$
begin
	return query
	select m.organisation_id, m.role
	from restricted.partnership_member as m
	where m.partnership_id = $1 and m.state = 'accepted' and m.role in ('lead', 'partner', 'delivery', 'funder');
end
$$;

comment on function accord.signatories(uuid) is 'The members that would sign a version if it were opened now.';

create function accord.has_drafted_enough(partnership uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
	return 'lead' <> all (accord.partnership_standing($1)) and (
		select count(*) >= accord.most('drafts of a member')
		from restricted.agreement as a
		where a.partnership_id = $1 and a.created_by = accord.caller_organisation() and a.state = 'abandoned'
		and a.opened_at is null
	);
end
$$;

comment on function accord.has_drafted_enough(uuid) is
	'Whether the caller does not lead and has drafted for nothing so often that it would leave no versions to others.';

create function accord.renewal_fault(p restricted.partnership, kind text, ends_on date) returns text
language plpgsql stable
set search_path = ''
as $$
begin
	return case
		when kind <> 'renewal' then null
		when not exists (
			select
			from restricted.agreement as o
			where (o.partnership_id, o.number) = (p.id, p.in_force)
			and renewal_fault.ends_on > coalesce(o.ends_on, '-infinity')
		)
			then 'A renewal ends later than what it renews.'
		when ends_on < accord.today() then 'The day has passed.'
	end;
end
$$;

comment on function accord.renewal_fault(restricted.partnership, text, date) is
	'Why a version of a kind cannot end on a day; null when it can.';

create function accord.agreement_hindrance(p restricted.partnership, a restricted.agreement, action text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
	if p.state = 'ended' then
		return 'The partnership has ended.';
	end if;
	-- What asks no table is said without the query that the others share: signatures are many.
	if action not in ('open', 'amend', 'renew') then
		return case
			when action in ('sign', 'record-paper-signature') and accord.is_closed(accord.caller_organisation())
				then 'The organisation is closed.'
			else accord.history_hindrance(p.events, action)
		end;
	end if;
	return case
		when action = 'open' and (select count(*) < 2 from accord.signatories(p.id))
			then 'Fewer than two members that sign have accepted.'
		when action = 'open' and not exists (
			select from jsonb_array_elements(a.clauses) as c (clause) where c.clause ->> 'kind' = 'aims'
		)
			then 'No clause says what the aims are.'
		when action = 'open' and a.ends_on < accord.today() then 'Its last day has passed.'
		when action = 'open' and accord.renewal_fault(p, a.kind, a.ends_on) is not null
			then accord.renewal_fault(p, a.kind, a.ends_on)
		when action = 'open' and exists (
			select
			from accord.signatories(p.id) as s
			where not exists (
				select
				from restricted.partnership_contact as c
				where (c.partnership_id, c.organisation_id, c.kind) = (p.id, s.organisation_id, 'projectLead')
			)
		)
			then 'A signatory has not named its project lead.'
		when action = 'open' and exists (
			select from accord.signatories(p.id) as s where accord.is_closed(s.organisation_id)
		)
			then 'A signatory is closed: remove it first.'
		when action in ('amend', 'renew') and exists (
			select
			from restricted.agreement as o
			where o.partnership_id = p.id and o.state in ('draft', 'open')
		)
			then 'Another version is being drafted or signed.'
		when action in ('amend', 'renew') and (
			select count(*) >= accord.most('agreements') from restricted.agreement as o where o.partnership_id = p.id
		)
			then format('An agreement has %s versions at most.', accord.most('agreements'))
		when action in ('amend', 'renew') and accord.has_drafted_enough(p.id)
			then format(
				'The member has drafted %s versions that nobody opened: the lead drafts the next.',
				accord.most('drafts of a member')
			)
		else accord.history_hindrance(p.events, action)
	end;
end
$$;

comment on function accord.agreement_hindrance(restricted.partnership, restricted.agreement, text) is
	'Why something that the state allows cannot be done with a version; null when it can.';

create function accord.agreement_actions(partnership uuid, agreement integer) returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
declare
	standing text[] := accord.agreement_standing($1, $2);
begin
	return array(
		select distinct s.action
		from restricted.partnership as p
		join restricted.agreement as a on a.partnership_id = p.id
		join published.machine_step as s on s.machine = 'agreement' and s.from_state = a.state
		where p.id = $1 and a.number = $2
		and s.who = any (standing)
		and accord.caller_may(s.scope)
		and accord.agreement_hindrance(p, a, s.action) is null
		order by s.action
	);
end
$$;

comment on function accord.agreement_actions(uuid, integer) is 'What the caller may do with a version now.';

-- Whoever signs what is no longer signed is told which text is.
create function accord.demand_signable(
	p restricted.partnership, a restricted.agreement, action text, standing text[]
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
	fault text := case
		when action not in ('sign', 'record-paper-signature') then null
		when a.state not in ('draft', 'open') then format('This cannot be done in the state "%s".', a.state)
		when a.state = 'open' and action = 'sign' and 'signatory' = any (standing) and 'unsigned' <> all (standing)
			then 'The organisation has signed already.'
	end;
begin
	if fault is not null then
		perform accord.refuse_with(
			'illegal-action', null, coalesce(accord.agreement_hindrance(p, a, action), fault), json_build_object(
				'state', a.state, 'allowedActions', accord.agreement_actions(p.id, a.number),
				'textSha256', (
					select o.text_sha256
					from restricted.agreement as o
					where o.partnership_id = p.id and o.state in ('open', 'inForce')
					order by o.state desc
					limit 1
				)
			)
		);
	end if;
end
$$;

comment on function accord.demand_signable(restricted.partnership, restricted.agreement, text, text[]) is
	'Refuses a signature of a version that is signed no longer, or that the organisation has signed, and names the text that waits for signatures, or else is in force.';

-- A version's root is its partnership, which is locked by whoever changes it.
create function accord.demand_agreement_step(
	partnership uuid, agreement integer, action text, out p restricted.partnership, out a restricted.agreement,
	out becomes text
)
language plpgsql volatile
set search_path = ''
as $$
declare
	standing text[];
	hindrance text;
begin
	select * into p from restricted.partnership as known where known.id = $1 for update;
	select * into a from restricted.agreement as known where (known.partnership_id, known.number) = ($1, $2);
	perform accord.demand(a.number is not null, 'not-found');
	standing := accord.agreement_standing($1, $2);
	perform accord.demand_signable(p, a, action, standing);
	hindrance := accord.agreement_hindrance(p, a, action);
	becomes := accord.next_state('agreement', a.state, action, standing);
	-- What may be done instead is worked out only for whoever is refused.
	if becomes is null or hindrance is not null then
		perform accord.refuse_step(
			'agreement', a.state, action, standing, hindrance, accord.agreement_actions($1, $2)
		);
	end if;
end
$$;

comment on function accord.demand_agreement_step(uuid, integer, text) is
	'Locks a partnership and refuses what cannot be done with a version of its agreement now.';

create function accord.demand_clauses(clauses jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
	stray record;
	unknown record;
begin
	select m.place - 1 as place, o.own into stray
	from jsonb_array_elements(clauses) with ordinality as m (clause, place)
	cross join unnest(array['activities', 'deadlines', 'funding']) as o (own)
	where m.clause ? o.own and m.clause ->> 'kind' <> o.own
	order by m.place
	limit 1;
	perform accord.demand(
		stray is null, 'rule-broken', format('/clauses/%s/%s', stray.place, stray.own),
		format('Only a clause of the kind "%s" has this member.', stray.own)
	);
	select m.place - 1 as place, a.place - 1 as activity, s.word into unknown
	from jsonb_array_elements(clauses) with ordinality as m (clause, place)
	cross join lateral jsonb_array_elements(coalesce(m.clause -> 'activities', '[]'))
		with ordinality as a (activity, place)
	cross join lateral jsonb_array_elements_text(coalesce(a.activity -> 'subjects', '[]')) as s (word)
	where not exists (select from reference.code as c where c.list = 'PublishSubject' and c.code = s.word)
	order by m.place, a.place
	limit 1;
	perform accord.demand(
		unknown is null, 'rule-broken', format('/clauses/%s/activities/%s/subjects', unknown.place, unknown.activity),
		format('There is no subject "%s".', unknown.word)
	);
end
$$;

comment on function accord.demand_clauses(jsonb) is
	'Refuses clauses with members of another kind''s, and subjects that no register has.';

create function accord.add_agreement(
	p restricted.partnership, kind text, starts_on date, ends_on date, form text, clauses jsonb
) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
	place integer := (select count(*) + 1 from restricted.agreement as a where a.partnership_id = p.id);
begin
	perform accord.demand_clauses(clauses);
	perform accord.demand(
		place <= accord.most('agreements'), 'conflict', null,
		format('An agreement has %s versions at most.', accord.most('agreements'))
	);
	insert into restricted.agreement (
		partnership_id, number, kind, starts_on, ends_on, form, clauses, created_by, created_at
	)
	values (p.id, place, $2, $3, $4, $5, $6, accord.caller_organisation(), accord.now());
	return place;
end
$$;

comment on function accord.add_agreement(restricted.partnership, text, date, date, text, jsonb) is
	'Adds the draft of a version to a partnership, which is locked; returns its number.';

create function accord.draft_agreement(partnership uuid, body jsonb) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	p restricted.partnership;
	a restricted.agreement;
	place integer;
begin
	select * into p from restricted.partnership as known where known.id = $1 for update;
	perform accord.demand('lead' = any (accord.partnership_standing($1)), 'forbidden', null, 'Only lead may do this.');
	perform accord.demand_lasting(p);
	select * into a
	from restricted.agreement as known
	where known.partnership_id = $1 and known.state in ('draft', 'open', 'inForce')
	order by known.state = 'inForce' desc
	limit 1;
	if a.number is not null then
		perform accord.refuse_action(
			format(
				case a.state
					when 'inForce' then 'Version %s is in force: amend or renew it.'
					else 'Version %s is being drafted or signed.'
				end, a.number
			), a.state, accord.agreement_actions($1, a.number)
		);
	end if;
	place := accord.add_agreement(
		p, 'first', coalesce((body ->> 'starts_on')::date, p.starts_on),
		coalesce((body ->> 'ends_on')::date, p.ends_on),
		body ->> 'form', body -> 'clauses'
	);
	perform accord.note_event($1, 'draft', null, place);
	return place;
end
$$;

comment on function accord.draft_agreement(uuid, jsonb) is
	'Drafts the agreement of a partnership that has none in force; returns the version''s number.';

create function accord.follow_agreement(partnership uuid, agreement integer, action text, body jsonb) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	step record;
	kind text := case action when 'renew' then 'renewal' else 'amendment' end;
	ends_on date;
	fault text;
	place integer;
begin
	step := accord.demand_agreement_step($1, $2, $3);
	ends_on := coalesce((body ->> 'ends_on')::date, (step.a).ends_on);
	fault := accord.renewal_fault(step.p, kind, ends_on);
	perform accord.demand(fault is null, 'rule-broken', '/endsOn', fault);
	place := accord.add_agreement(
		step.p, kind, coalesce((body ->> 'starts_on')::date, (step.a).starts_on), ends_on,
		body ->> 'form', coalesce(body -> 'clauses', (step.a).clauses)
	);
	perform accord.note_event($1, action, null, place);
	return place;
end
$$;

comment on function accord.follow_agreement(uuid, integer, text, jsonb) is
	'Drafts what is to follow the version in force, which stays in force until everybody has signed; returns its number.';

create function accord.change_agreement(partnership uuid, agreement integer, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	p restricted.partnership;
	a restricted.agreement;
	fault text;
begin
	select * into p from restricted.partnership as known where known.id = $1 for update;
	select * into a from restricted.agreement as known where (known.partnership_id, known.number) = ($1, $2);
	perform accord.demand(
		accord.agreement_standing($1, $2) && array['lead', 'drafter'], 'forbidden', null,
		'Only lead or the member that drafted it may do this.'
	);
	if a.state <> 'draft' then
		perform accord.refuse_action('Only a draft is changed.', a.state, accord.agreement_actions($1, $2));
	end if;
	fault := accord.renewal_fault(p, a.kind, (body ->> 'ends_on')::date);
	perform accord.demand(fault is null, 'rule-broken', '/endsOn', fault);
	perform accord.demand_clauses(body -> 'clauses');
	update restricted.agreement as known
	set starts_on = (body ->> 'starts_on')::date, ends_on = (body ->> 'ends_on')::date, form = body ->> 'form',
		clauses = body -> 'clauses'
	where (known.partnership_id, known.number) = ($1, $2);
	update restricted.partnership as known set version = known.version where known.id = $1;
	perform accord.demand_room($1);
end
$$;

comment on function accord.change_agreement(uuid, integer, jsonb) is 'Changes the draft of a version.';

-- What is signed: the clauses, and what each signatory says for itself; people by what commits to them.
create function accord.agreement_text(p restricted.partnership, a restricted.agreement) returns text
language sql volatile
set search_path = ''
as $$
	select accord.canonical(jsonb_build_object(
		'form', coalesce(a.form, p.form),
		'partnership', p.id,
		'title', p.title,
		'version', a.number,
		'kind', a.kind,
		'amends', (
			select o.text_sha256
			from restricted.agreement as o
			where (o.partnership_id, o.number) = (p.id, p.in_force)
		),
		'startsOn', a.starts_on,
		'endsOn', a.ends_on,
		'clauses', a.clauses,
		'signatories', (
			select jsonb_agg(jsonb_build_object(
				'organisation', m.organisation_id,
				'name', (select o.name from reference.organisation as o where o.id = m.organisation_id),
				'role', m.role,
				'goal', m.goal,
				'responsibilities', m.responsibilities,
				'infrastructure', m.infrastructure
			) || (
				select jsonb_object_agg(c.kind, accord.commit_to(
					p.id, a.number, m.organisation_id, c.kind,
					jsonb_build_object('name', c.name, 'title', c.title, 'email', c.email)
				))
				from restricted.partnership_contact as c
				where (c.partnership_id, c.organisation_id) = (p.id, m.organisation_id)
			) order by m.organisation_id)
			from accord.signatories(p.id) as s
			join restricted.partnership_member as m
				on (m.partnership_id, m.organisation_id) = (p.id, s.organisation_id)
		)
	))
$$;

comment on function accord.agreement_text(restricted.partnership, restricted.agreement) is
	'The text of a version, which commits to the people whom it names.';

create function accord.close_agreement(partnership uuid, agreement integer, becomes text) returns void
language sql volatile
set search_path = ''
as $$
	update restricted.agreement as a
	set state = becomes, closed_at = accord.now()
	where (a.partnership_id, a.number) = ($1, $2)
$$;

comment on function accord.close_agreement(uuid, integer, text) is 'Abandons or supersedes a version.';

create function accord.step_agreement(partnership uuid, agreement integer, action text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	step record := accord.demand_agreement_step(partnership, agreement, action);
begin
	if action = 'open' then
		insert into restricted.agreement_signatory (partnership_id, number, organisation_id, role)
		select $1, $2, s.organisation_id, s.role from accord.signatories($1) as s;
		update restricted.agreement as a
		set state = step.becomes, opened_at = accord.now(), text = accord.agreement_text(step.p, step.a)
		where (a.partnership_id, a.number) = ($1, $2);
	else
		perform accord.close_agreement($1, $2, step.becomes);
	end if;
	perform accord.note_event($1, action, null, $2);
end
$$;

comment on function accord.step_agreement(uuid, integer, text) is 'Opens a version to be signed, or abandons it.';

create function accord.caller_identity() returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
	return jsonb_strip_nulls(jsonb_build_object(
		'subject', nullif(current_setting('accord.caller_subject', true), ''),
		'client', nullif(current_setting('accord.caller_client', true), '')
	));
end
$$;

comment on function accord.caller_identity() is 'Who acts: a person or a client, as a commitment has it.';

-- Signing is in two halves, between which the service signs what the first returned.

create function accord.signing_role(a restricted.agreement, signer uuid) returns text
language plpgsql stable
set search_path = ''
as $$
declare
	known record;
	fault text;
begin
	select s.role, g.sequence into known
	from restricted.agreement_signatory as s
	left join restricted.agreement_signature as g
		on (g.partnership_id, g.number, g.organisation_id) = (s.partnership_id, s.number, s.organisation_id)
	where (s.partnership_id, s.number, s.organisation_id) = (a.partnership_id, a.number, signer);
	perform accord.demand(
		known.role is not null, 'rule-broken', '/organisation', 'The organisation is no signatory of this version.'
	);
	fault := case
		when known.sequence is not null then 'The organisation has signed already.'
		-- Whether the caller is was asked before.
		when signer <> accord.caller_organisation() and accord.is_closed(signer)
			then 'The organisation is closed: remove it first.'
	end;
	if fault is not null then
		perform accord.refuse_action(fault, a.state, accord.agreement_actions(a.partnership_id, a.number));
	end if;
	return known.role;
end
$$;

comment on function accord.signing_role(restricted.agreement, uuid) is
	'The role in which an organisation signs a version that is open; refuses one that does not, has already or is closed.';

create function accord.prepare_signature(partnership uuid, agreement integer, action text, body jsonb) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	step record := accord.demand_agreement_step(partnership, agreement, action);
	paper boolean := action = 'record-paper-signature';
	signer uuid := case when paper then (body ->> 'organisation')::uuid else accord.caller_organisation() end;
	signing_role text;
begin
	if body ->> 'text_sha256' <> (step.a).text_sha256 then
		perform accord.refuse_with(
			'conflict', '/textSha256', 'The text is another one now.',
			json_build_object(
				'state', (step.a).state, 'allowedActions', accord.agreement_actions($1, $2),
				'textSha256', (step.a).text_sha256
			)
		);
	end if;
	perform accord.demand(
		signer = accord.caller_organisation() or 'lead' = any (accord.partnership_standing($1)), 'forbidden',
		'/organisation', 'Only lead records the signatures of others.'
	);
	signing_role := accord.signing_role(step.a, signer);
	perform accord.demand(
		paper is not true or (body ->> 'signed_on')::date <= accord.today(), 'rule-broken', '/signedOn',
		'The day is still to come.'
	);
	-- What is signed is fixed when it is opened: a paper of before is one of other words.
	perform accord.demand(
		paper is not true or (body ->> 'signed_on')::date >= accord.day_of((step.a).opened_at), 'rule-broken',
		'/signedOn', 'The text was opened later than that.'
	);
	return json_build_object(
		'partnership', $1, 'agreement', $2, 'textSha256', (step.a).text_sha256, 'organisation', signer,
		'role', signing_role, 'method', case when paper then 'paper' else 'electronic' end,
		'signatory', accord.commit_to($1, $2, signer, 'signatory', case
			when paper then jsonb_build_object('name', body ->> 'signatory')
			else accord.caller_identity()
		end),
		'signedAt', accord.now(), 'signedOn', body ->> 'signed_on', 'keptAt', body ->> 'kept_at',
		'recordedBy', accord.caller_organisation(), 'recorder', case
			when paper
				then accord.commit_to($1, $2, accord.caller_organisation(), 'recorder', accord.caller_identity())
		end,
		'sequence', (step.p).receipts + 1, 'previous', (step.p).last_receipt
	);
end
$$;

comment on function accord.prepare_signature(uuid, integer, text, jsonb) is
	'Locks a partnership and says what the receipt of a signature says; refuses one that cannot be.';

create function accord.read_claims(receipt text) returns jsonb
language plpgsql immutable parallel safe
set search_path = pg_catalog
as $$
declare
	part text := translate(split_part(receipt, '.', 2), '-_', '+/');
begin
	return convert_from(decode(rpad(part, (length(part) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb;
end
$$;

comment on function accord.read_claims(text) is 'What a JWS in compact form says; its signature is not looked at.';

create function accord.complete_agreement(p restricted.partnership, agreement integer) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
	if exists (
		select
		from restricted.agreement_signatory as s
		where s.partnership_id = p.id and s.number = $2
		and not exists (
			select
			from restricted.agreement_signature as g
			where (g.partnership_id, g.number, g.organisation_id) = (s.partnership_id, s.number, s.organisation_id)
		)
	) then
		return;
	end if;
	if p.in_force is not null then
		perform accord.close_agreement(p.id, p.in_force, 'superseded');
		perform accord.note_event(p.id, 'supersede', null, p.in_force);
	end if;
	update restricted.agreement as a
	set state = 'inForce', in_force_at = accord.now()
	where (a.partnership_id, a.number) = (p.id, $2);
	update restricted.partnership as known
	set in_force = a.number, starts_on = a.starts_on, ends_on = a.ends_on, form = a.text::jsonb ->> 'form'
	from restricted.agreement as a
	where known.id = p.id and (a.partnership_id, a.number) = (p.id, $2);
	perform accord.note_event(p.id, 'complete', null, $2);
end
$$;

comment on function accord.complete_agreement(restricted.partnership, integer) is
	'Puts a version in force, in place of the one before, when everybody has signed.';

create function accord.keep_signature(partnership uuid, agreement integer, receipt text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	claims jsonb := accord.read_claims(receipt);
	signer uuid := (claims ->> 'organisation')::uuid;
	p restricted.partnership;
begin
	select * into p from restricted.partnership as known where known.id = $1 for update;
	if not exists (
		select
		from restricted.agreement as a
		where (a.partnership_id, a.number) = ($1, $2) and a.state = 'open' and a.text_sha256 = claims ->> 'textSha256'
	) or (claims ->> 'sequence')::integer <> p.receipts + 1
	or claims ->> 'previous' is distinct from p.last_receipt then
		raise exception 'the receipt is of something else';
	end if;
	insert into restricted.agreement_signature (partnership_id, number, organisation_id, sequence, receipt, claims)
	values ($1, $2, signer, p.receipts + 1, $3, claims);
	update restricted.partnership_member as m
	set signed = true
	where (m.partnership_id, m.organisation_id) = ($1, signer) and not m.signed;
	perform accord.note_event(
		$1, case claims ->> 'method' when 'paper' then 'record-paper-signature' else 'sign' end, signer, $2,
		receipt_sha256 => accord.sha256_hex($3)
	);
	perform accord.complete_agreement(p, $2);
end
$$;

comment on function accord.keep_signature(uuid, integer, text) is
	'Keeps a signature by its receipt, and puts the version in force when it was the last one.';

-- Whoever leaves while a version waits for its signature ends that version, not what is in force.

create function accord.abandon_agreements() returns trigger
language plpgsql volatile
set search_path = ''
as $$
declare
	a restricted.agreement;
	survivor uuid;
begin
	if tg_table_name = 'partnership' then
		select * into a
		from restricted.agreement as known
		where known.partnership_id = new.id and known.state in ('draft', 'open');
	else
		select known.* into a
		from restricted.agreement as known
		join restricted.agreement_signatory as s on (s.partnership_id, s.number) = (known.partnership_id, known.number)
		where known.partnership_id = new.partnership_id and known.state = 'open'
		and s.organisation_id = new.organisation_id;
		-- Whoever merges organisations acts for none that is a partner here.
		select o.merged_into into survivor from restricted.organisation as o where o.id = new.organisation_id;
	end if;
	if a.number is not null then
		perform accord.close_agreement(a.partnership_id, a.number, 'abandoned');
		perform accord.note_event(
			a.partnership_id, 'abandon', null, a.number, null, coalesce(survivor, accord.caller_organisation())
		);
	end if;
	return null;
end
$$;

comment on function accord.abandon_agreements() is
	'Abandons what is not yet signed when a signatory leaves or the partnership ends.';

create trigger partnership_ended after update of state on restricted.partnership
	for each row when (new.state = 'ended' and old.state <> 'ended') execute function accord.abandon_agreements();
create trigger partnership_member_gone after update of state on restricted.partnership_member
	for each row when (old.state = 'accepted' and new.state <> 'accepted') execute function accord.abandon_agreements();

-- Those of an organisation that was merged are the survivor's to erase; what was signed names the merged one for good.
create or replace function accord.forget_people(partnership uuid, organisation uuid) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
	forgotten boolean;
begin
	delete from restricted.partnership_contact as c where (c.partnership_id, c.organisation_id) = ($1, $2);
	forgotten := found;
	perform accord.forget_replies($1, accord.absorbed($2));
	update restricted.agreement_commitment as c
	set salt = null, value = null, erased_at = accord.now()
	where c.partnership_id = $1 and c.organisation_id = any (accord.absorbed($2)) and c.erased_at is null;
	return forgotten or found;
end
$$;

-- A contact that is one of those who are forgotten is forgotten with them.
create function accord.forget_some(partnership uuid, organisation uuid, hashes text[]) returns boolean
language plpgsql volatile
set search_path = ''
as $$
begin
	delete from restricted.partnership_contact as c
	using restricted.agreement_commitment as k
	where (c.partnership_id, c.organisation_id) = ($1, $2)
	and k.partnership_id = $1 and k.organisation_id = any (accord.absorbed($2)) and k.sha256 = any (hashes)
	and k.value = accord.canonical(jsonb_build_object('name', c.name, 'title', c.title, 'email', c.email));
	if found then
		perform accord.forget_replies($1, accord.absorbed($2));
	end if;
	update restricted.agreement_commitment as k
	set salt = null, value = null, erased_at = accord.now()
	where k.partnership_id = $1 and k.organisation_id = any (accord.absorbed($2)) and k.sha256 = any (hashes)
	and k.erased_at is null;
	return found;
end
$$;

comment on function accord.forget_some(uuid, uuid, text[]) is
	'Forgets the people whom some commitments of a member of a partnership, which is locked, are to; whether there were any.';

create function accord.erase_people(partnership uuid, organisation uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	hashes text[] := array(select jsonb_array_elements_text(body -> 'sha256'));
begin
	if body -> 'sha256' is null then
		perform accord.erase_contacts($1, $2);
		return;
	end if;
	perform p.id from restricted.partnership as p where p.id = $1 for update;
	perform accord.demand(
		$2 is not distinct from accord.caller_organisation(), 'forbidden', null, 'A member speaks for itself alone.'
	);
	perform accord.demand_each(
		array(
			select exists (
				select
				from restricted.agreement_commitment as k
				where k.partnership_id = $1 and k.organisation_id = any (accord.absorbed($2)) and k.sha256 = said.hash
			)
			from unnest(hashes) with ordinality as said (hash, place)
			order by said.place
		),
		'/sha256/%s', 'The member has no such commitment.'
	);
	if accord.forget_some($1, $2, hashes) then
		perform accord.note_event($1, 'erase', $2);
	end if;
end
$$;

comment on function accord.erase_people(uuid, uuid, jsonb) is
	'Forgets the people whom a member named, or those alone whom some of its commitments are to.';

-- Who sees. Nobody but the functions above changes anything.

call accord.protect('agreement', 'agreement_signatory', 'agreement_signature', 'agreement_commitment');

-- Whoever has left sees the versions that were opened, or over, by then.
create policy party on restricted.agreement for select to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (
			select
			from restricted.party as y
			where y.record_id = agreement.partnership_id
			and (
				y.until is null or exists (
					select
					from restricted.partnership_event as e
					where e.partnership_id = agreement.partnership_id and e.agreement = agreement.number
					and e.action in ('open', 'withdraw', 'abandon') and e.number <= y.until
				)
			)
			offset 0
		)
	);
create policy party on restricted.agreement_signatory for select to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (select from restricted.party as y where y.record_id = agreement_signatory.partnership_id offset 0)
	);
create policy party on restricted.agreement_signature for select to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (select from restricted.party as y where y.record_id = agreement_signature.partnership_id offset 0)
	);
create policy member on restricted.agreement_commitment for select to accord_api
	using (
		organisation_id = any ((select accord.caller_organisations())::uuid[])
		or exists (
			select
			from restricted.partnership_member as m
			where m.partnership_id = agreement_commitment.partnership_id and m.state = 'accepted'
			and m.organisation_id = any ((select accord.caller_organisations())::uuid[])
		)
	);

grant select on restricted.agreement, restricted.agreement_signatory, restricted.agreement_signature,
	restricted.agreement_commitment
	to accord_api;
grant execute on function accord.canonical(jsonb), accord.agreement_actions(uuid, integer),
	accord.draft_agreement(uuid, jsonb), accord.follow_agreement(uuid, integer, text, jsonb),
	accord.change_agreement(uuid, integer, jsonb), accord.step_agreement(uuid, integer, text),
	accord.prepare_signature(uuid, integer, text, jsonb), accord.keep_signature(uuid, integer, text),
	accord.erase_people(uuid, uuid, jsonb)
	to accord_api;

commit;
