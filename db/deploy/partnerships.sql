-- SPDX-License-Identifier: MIT
-- Deploy accord:partnerships to pg
-- requires: finding audit
-- Partnerships and their members: what each says of itself, who sees it, and what may be done next.

begin;

set local role accord_owner;

-- State machines are data: this table says what may be done, and serves as the answer to who asks.

create table published.machine_step (
	machine text collate "C" not null,
	from_state text collate "C" not null,
	action text collate "C" not null,
	to_state text collate "C" not null,
	who text collate "C" not null,
	scope text collate "C",
	constraint machine_step_pkey primary key (machine, from_state, action, who),
	constraint machine_step_scope_given check ((who = 'service') = (scope is null))
);

comment on table published.machine_step is
	'What may be done with a record in which state, by whom, and the state it is in then; followed and served as it is.';
comment on column published.machine_step.machine is 'Of what: partnership, member.';
comment on column published.machine_step.from_state is 'The state in which it may be done.';
comment on column published.machine_step.action is 'What is done: the last part of the address.';
comment on column published.machine_step.to_state is 'The state that follows.';
comment on column published.machine_step.who is
	'Who may: lead, an accepted member with this role, or one that signs while no open organisation has it; itself, the organisation that the record is of; drafter, the member that drafted it; signatory, who signs it; unsigned, who has yet to; service, nobody: it follows.';
comment on column published.machine_step.scope is 'The scope that it takes.';

insert into published.machine_step (machine, from_state, action, to_state, who, scope)
values
	('partnership', 'draft', 'propose', 'proposed', 'lead', 'partnerships:write'),
	('partnership', 'draft', 'end', 'ended', 'lead', 'partnerships:write'),
	('partnership', 'proposed', 'activate', 'active', 'lead', 'partnerships:write'),
	('partnership', 'proposed', 'end', 'ended', 'lead', 'partnerships:write'),
	('partnership', 'active', 'suspend', 'suspended', 'lead', 'partnerships:write'),
	('partnership', 'active', 'end', 'ended', 'lead', 'partnerships:write'),
	('partnership', 'suspended', 'resume', 'active', 'lead', 'partnerships:write'),
	('partnership', 'suspended', 'end', 'ended', 'lead', 'partnerships:write'),
	('member', 'invited', 'accept', 'accepted', 'itself', 'partnerships:write'),
	('member', 'invited', 'decline', 'declined', 'itself', 'partnerships:write'),
	('member', 'invited', 'challenge', 'disputed', 'itself', 'partnerships:write'),
	('member', 'invited', 'remove', 'left', 'lead', 'partnerships:write'),
	('member', 'accepted', 'invite', 'accepted', 'lead', 'partnerships:write'),
	('member', 'accepted', 'accept', 'accepted', 'itself', 'partnerships:write'),
	('member', 'accepted', 'challenge', 'disputed', 'itself', 'partnerships:write'),
	('member', 'accepted', 'leave', 'left', 'itself', 'partnerships:write'),
	('member', 'accepted', 'remove', 'left', 'lead', 'partnerships:write'),
	('member', 'disputed', 'accept', 'accepted', 'itself', 'partnerships:write'),
	('member', 'disputed', 'leave', 'left', 'itself', 'partnerships:write'),
	('member', 'disputed', 'remove', 'left', 'lead', 'partnerships:write'),
	('member', 'declined', 'invite', 'invited', 'lead', 'partnerships:write'),
	('member', 'left', 'invite', 'invited', 'lead', 'partnerships:write');

create function accord.is_short_text(words text, longest integer) returns boolean
language sql immutable parallel safe
return words !~ '[\x01-\x1f\x7f]' and words ~ '\S' and length(words) <= longest;

comment on function accord.is_short_text(text, integer) is 'Whether it is one line of text, not too long; null for null.';

-- In a language that keeps its plans: every change of a row asks.
create function accord.are_short_texts(words text[], most integer, longest integer) returns boolean
language plpgsql immutable parallel safe
set search_path = pg_catalog
as $$
begin
	-- Of most lists nothing is said, and without a query this is known at once.
	if words = '{}' then
		return true;
	end if;
	return cardinality(words) <= most and array_position(words, null) is null and not exists (
		select from unnest(words) as w (word) where not accord.is_short_text(w.word, longest)
	);
end
$$;

comment on function accord.are_short_texts(text[], integer, integer) is
	'Whether they are lines of text, not too many and not too long.';

create table restricted.partnership (
	id uuid not null,
	title text not null,
	sort_title text collate "C" generated always as (lower(title)) stored,
	summary text,
	type text collate "C" not null,
	areas text[] collate "C" not null,
	focus_areas text[] collate "C" not null,
	phases text[] collate "C" not null,
	years text[] collate "C" not null,
	subjects text[] collate "C" not null,
	coverage text[] collate "C" not null,
	starts_on date,
	ends_on date,
	form text collate "C" not null,
	aims text[] not null,
	visibility text collate "C" not null,
	state text collate "C" not null default 'draft',
	in_force integer,
	events integer not null default 0,
	receipts integer not null default 0,
	last_receipt text collate "C",
	created_by uuid not null,
	created_at timestamptz not null,
	proposed_at timestamptz,
	activated_at timestamptz,
	ended_at timestamptz,
	version integer not null default 1,
	constraint partnership_pkey primary key (id),
	constraint partnership_title_form check (accord.is_short_text(title, 200)),
	constraint partnership_summary_bounded check (length(summary) <= 4000),
	constraint partnership_lists_bounded check (
		cardinality(areas) + cardinality(focus_areas) + cardinality(phases) + cardinality(years) <= 100
		and cardinality(subjects) <= 50 and cardinality(coverage) <= 50
	),
	constraint partnership_aims_form check (accord.are_short_texts(aims, 20, 500)),
	constraint partnership_form_known check (form in ('memorandum', 'contract', 'informal')),
	constraint partnership_form_agreed check (
		form = 'informal' or in_force is not null or state not in ('active', 'suspended')
	),
	constraint partnership_visibility_known check (visibility in ('public', 'members')),
	constraint partnership_state_known check (state in ('draft', 'proposed', 'active', 'suspended', 'ended')),
	constraint partnership_dates_in_order check (ends_on >= starts_on),
	constraint partnership_over_when_ended check ((state = 'ended') = (ended_at is not null)),
	constraint partnership_receipts_chained check ((receipts = 0) = (last_receipt is null))
)
-- Each event counts in the row: with room beside it no index is touched.
with (fillfactor = 70);

create index partnership_created_idx on restricted.partnership (created_at, id);
create index partnership_title_idx on restricted.partnership (sort_title, id);
create index partnership_starts_idx on restricted.partnership (starts_on, id);
create index partnership_unfinished_idx on restricted.partnership (created_by) where state <> 'ended';

comment on constraint partnership_dates_in_order on restricted.partnership is
	'rule-broken /endsOn It ends before it starts.';
comment on table restricted.partnership is 'A partnership of organisations: the root of its record.';
comment on column restricted.partnership.id is 'Which.';
comment on column restricted.partnership.title is 'What people call it.';
comment on column restricted.partnership.sort_title is 'The title in lower case, for order.';
comment on column restricted.partnership.summary is 'What it is, in a paragraph.';
comment on column restricted.partnership.type is 'What kind of partnership it is.';
comment on column restricted.partnership.areas is 'The areas of work it is about.';
comment on column restricted.partnership.focus_areas is 'What it puts its mind to.';
comment on column restricted.partnership.phases is 'Phases of education.';
comment on column restricted.partnership.years is 'Year groups.';
comment on column restricted.partnership.subjects is 'Subjects, by code.';
comment on column restricted.partnership.coverage is 'Regions and local authorities where it works, by code.';
comment on column restricted.partnership.starts_on is 'First day.';
comment on column restricted.partnership.ends_on is 'Last day.';
comment on column restricted.partnership.form is 'What binds its members: a memorandum, a contract, or nothing written.';
comment on column restricted.partnership.aims is 'The long-term goals that its members share.';
comment on column restricted.partnership.visibility is 'Whether anybody may read of it once it is active, or members alone.';
comment on column restricted.partnership.state is 'draft, proposed, active, suspended or ended.';
comment on column restricted.partnership.in_force is 'The number of the version of its agreement that is in force.';
comment on column restricted.partnership.events is 'How many events its history has.';
comment on column restricted.partnership.receipts is 'How many signatures it has.';
comment on column restricted.partnership.last_receipt is 'SHA-256 of the last signature''s receipt, which the next one names.';
comment on column restricted.partnership.created_by is 'The organisation that recorded it.';
comment on column restricted.partnership.created_at is 'When it was recorded.';
comment on column restricted.partnership.proposed_at is 'When others were first told of it.';
comment on column restricted.partnership.activated_at is 'When it first became active.';
comment on column restricted.partnership.ended_at is 'When it was ended.';
comment on column restricted.partnership.version is 'Counts the changes of it and of all that is below it.';

create trigger partnership_version before update on restricted.partnership
	for each row execute function accord.raise_version();

create table restricted.partnership_member (
	partnership_id uuid not null,
	organisation_id uuid not null,
	role text collate "C" not null,
	offered_role text collate "C",
	state text collate "C" not null,
	signed boolean not null default false,
	challenged boolean not null default false,
	goal text,
	responsibilities text[] not null default '{}',
	infrastructure text[] not null default '{}',
	reason text collate "C",
	invited_at timestamptz not null,
	accepted_at timestamptz,
	constraint partnership_member_pkey primary key (partnership_id, organisation_id),
	constraint partnership_member_partnership_fkey foreign key (partnership_id)
		references restricted.partnership (id) on delete restrict,
	constraint partnership_member_role_known check (
		role in ('lead', 'partner', 'delivery', 'funder', 'qualityAssurer', 'supporter')
	),
	constraint partnership_member_offered_role_known check (
		offered_role in ('lead', 'partner', 'delivery', 'funder', 'qualityAssurer', 'supporter')
	),
	constraint partnership_member_state_known check (
		state in ('invited', 'accepted', 'declined', 'disputed', 'left')
	),
	constraint partnership_member_goal_bounded check (length(goal) <= 2000),
	constraint partnership_member_responsibilities_form check (accord.are_short_texts(responsibilities, 20, 500)),
	constraint partnership_member_infrastructure_form check (accord.are_short_texts(infrastructure, 20, 500))
);

create index partnership_member_invited_idx
	on restricted.partnership_member (partnership_id, invited_at, organisation_id);
create index partnership_member_organisation_idx on restricted.partnership_member (organisation_id, partnership_id);

comment on table restricted.partnership_member is 'An organisation in a partnership, and its own part in it.';
comment on column restricted.partnership_member.partnership_id is 'In which partnership.';
comment on column restricted.partnership_member.organisation_id is 'Which organisation.';
comment on column restricted.partnership_member.role is 'lead, partner, delivery, funder, qualityAssurer or supporter.';
comment on column restricted.partnership_member.offered_role is 'The role that it has instead once it accepts that.';
comment on column restricted.partnership_member.state is 'invited, accepted, declined, disputed or left.';
comment on column restricted.partnership_member.signed is 'Whether it has ever signed: then it sees the record for good, as far as it had come when it last went.';
comment on column restricted.partnership_member.challenged is 'Whether it has challenged since it was last asked.';
comment on column restricted.partnership_member.goal is 'What it wants of the partnership for itself.';
comment on column restricted.partnership_member.responsibilities is 'What it does, for it does that best.';
comment on column restricted.partnership_member.infrastructure is 'What it has already and brings.';
comment on column restricted.partnership_member.reason is 'Why it challenged.';
comment on column restricted.partnership_member.invited_at is 'When it was last asked.';
comment on column restricted.partnership_member.accepted_at is 'When it last accepted.';

create table restricted.partnership_contact (
	partnership_id uuid not null,
	organisation_id uuid not null,
	kind text collate "C" not null,
	name text not null,
	title text not null,
	email text not null,
	constraint partnership_contact_pkey primary key (partnership_id, organisation_id, kind),
	constraint partnership_contact_member_fkey foreign key (partnership_id, organisation_id)
		references restricted.partnership_member (partnership_id, organisation_id) on delete cascade,
	constraint partnership_contact_kind_known check (kind in ('projectLead', 'executiveSponsor')),
	constraint partnership_contact_name_form check (accord.is_short_text(name, 200)),
	constraint partnership_contact_title_form check (accord.is_short_text(title, 200)),
	constraint partnership_contact_email_form check (email ~ '^[^@\s[:cntrl:]]{1,64}@[^@\s[:cntrl:]]{1,190}$')
);

comment on constraint partnership_contact_email_form on restricted.partnership_contact is
	'rule-broken /projectLead/email It is no e-mail address.';
comment on table restricted.partnership_contact is 'Personal data: who leads the project and who answers for it, for accepted members.';
comment on column restricted.partnership_contact.partnership_id is 'In which partnership.';
comment on column restricted.partnership_contact.organisation_id is 'For which organisation.';
comment on column restricted.partnership_contact.kind is 'projectLead or executiveSponsor.';
comment on column restricted.partnership_contact.name is 'Name of the person.';
comment on column restricted.partnership_contact.title is 'Title of the post, which tells of seniority.';
comment on column restricted.partnership_contact.email is 'E-mail address at work.';

create table restricted.partnership_event (
	partnership_id uuid not null,
	number integer not null,
	at timestamptz not null,
	action text collate "C" not null,
	organisation_id uuid not null,
	member_id uuid,
	agreement integer,
	reason text collate "C",
	constraint partnership_event_pkey primary key (partnership_id, number),
	constraint partnership_event_partnership_fkey foreign key (partnership_id)
		references restricted.partnership (id) on delete restrict
);

create index partnership_event_organisation_idx on restricted.partnership_event (organisation_id);

comment on table restricted.partnership_event is 'What happened in a partnership, in order: it only grows.';
comment on column restricted.partnership_event.partnership_id is 'In which partnership.';
comment on column restricted.partnership_event.number is 'Its place, from 1, without gaps.';
comment on column restricted.partnership_event.at is 'When.';
comment on column restricted.partnership_event.action is 'What was done, in the words of the state machines, or "create".';
comment on column restricted.partnership_event.organisation_id is 'For which organisation it was done.';
comment on column restricted.partnership_event.member_id is 'The member that it was done to.';
comment on column restricted.partnership_event.agreement is 'The version of the agreement that it was done to.';
comment on column restricted.partnership_event.reason is 'Why, as a code.';

create function accord.keep_history() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
	raise exception 'what has happened and what was signed is never changed';
end
$$;

comment on function accord.keep_history() is 'Fails: for tables that only grow.';

create trigger partnership_event_kept before update or delete or truncate on restricted.partnership_event
	for each statement execute function accord.keep_history();

-- What anybody may read.

create table published.partnership (
	id uuid not null,
	title text not null,
	sort_title text collate "C" generated always as (lower(title)) stored,
	summary text,
	type text collate "C" not null,
	areas text[] collate "C" not null,
	focus_areas text[] collate "C" not null,
	phases text[] collate "C" not null,
	years text[] collate "C" not null,
	subjects text[] collate "C" not null,
	coverage text[] collate "C" not null,
	starts_on date,
	ends_on date,
	form text collate "C" not null,
	aims text[] not null,
	state text collate "C" not null,
	activated_at timestamptz not null,
	constraint published_partnership_pkey primary key (id)
);

create index published_partnership_activated_idx on published.partnership (activated_at, id);
create index published_partnership_title_idx on published.partnership (sort_title, id);

comment on table published.partnership is
	'The partnerships that have been active and are for everybody to read of, written in the transaction that changes one.';

create table published.partnership_member (
	partnership_id uuid not null,
	organisation_id uuid not null,
	role text collate "C" not null,
	constraint published_partnership_member_pkey primary key (partnership_id, organisation_id),
	constraint published_partnership_member_partnership_fkey foreign key (partnership_id)
		references published.partnership (id) on delete cascade
);

create index published_partnership_member_organisation_idx on published.partnership_member (organisation_id);

comment on table published.partnership_member is 'The accepted members of published partnerships.';

-- What follows from a change of the record, in its transaction.

create function accord.refresh_pairs(organisations uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
	-- Of two partnerships that change at once, the later one sees what the other did.
	perform pg_advisory_xact_lock(hashtextextended('accord partner pairs', 0));
	with due as materialized (
		select distinct own.organisation_id, other.organisation_id as partner_id
		from restricted.partnership_member as own
		join restricted.partnership as p on p.id = own.partnership_id and p.state <> 'ended'
		join restricted.partnership_member as other
			on other.partnership_id = own.partnership_id and other.organisation_id <> own.organisation_id
		where own.organisation_id = any (organisations) and own.state = 'accepted' and other.state = 'accepted'
	),
	stale as materialized (
		select known.organisation_id, known.partner_id
		from published.partner_pair as known
		where known.organisation_id = any (organisations)
		and (known.organisation_id, known.partner_id) not in (select d.organisation_id, d.partner_id from due as d)
	),
	gone as (
		delete from published.partner_pair as known
		using stale as s
		where (known.organisation_id, known.partner_id) in (
			(s.organisation_id, s.partner_id), (s.partner_id, s.organisation_id)
		)
	)
	insert into published.partner_pair (organisation_id, partner_id)
	select d.organisation_id, d.partner_id from due as d
	union
	select d.partner_id, d.organisation_id from due as d
	on conflict on constraint partner_pair_pkey do nothing;
end
$$;

comment on function accord.refresh_pairs(uuid[]) is
	'Brings the pairs of these organisations with whomever up to date with the partnerships that they are in.';

create function accord.refresh_parties(partnership uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
	with due as materialized (
		select m.organisation_id, case
			when m.state not in ('invited', 'accepted', 'disputed') then coalesce(y.until, p.events)
		end as until
		from restricted.partnership_member as m
		join restricted.partnership as p on p.id = m.partnership_id
		left join restricted.party as y on (y.record_id, y.organisation_id) = (m.partnership_id, m.organisation_id)
		where p.id = $1 and (p.proposed_at is not null or m.organisation_id = p.created_by)
		and (m.state in ('invited', 'accepted', 'disputed') or m.signed)
	),
	gone as (
		delete from restricted.party as known
		where known.record_id = $1 and known.organisation_id not in (select d.organisation_id from due as d)
	)
	insert into restricted.party as known (record_id, organisation_id, until)
	select $1, d.organisation_id, d.until from due as d
	on conflict on constraint party_pkey do update
	set until = excluded.until
	where known.until is distinct from excluded.until;
end
$$;

comment on function accord.refresh_parties(uuid) is
	'Who sees a partnership: until it is proposed whoever made it, then those asked, members, and for good whoever has signed, as far as it had come when that went.';

create function accord.publish_partnership(partnership uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
	delete from published.partnership as known
	where known.id = $1
	and not exists (
		select
		from restricted.partnership as p
		where p.id = $1 and p.visibility = 'public' and p.activated_at is not null
	);
	insert into published.partnership as known (
		id, title, summary, type, areas, focus_areas, phases, years, subjects, coverage, starts_on, ends_on, form, aims,
		state, activated_at
	)
	select
		p.id, p.title, p.summary, p.type, p.areas, p.focus_areas, p.phases, p.years, p.subjects, p.coverage,
		p.starts_on, p.ends_on, p.form, p.aims, p.state, p.activated_at
	from restricted.partnership as p
	where p.id = $1 and p.visibility = 'public' and p.activated_at is not null
	on conflict on constraint published_partnership_pkey do update
	set (
		title, summary, type, areas, focus_areas, phases, years, subjects, coverage, starts_on, ends_on, form, aims,
		state
	) = row (
		excluded.title, excluded.summary, excluded.type, excluded.areas, excluded.focus_areas, excluded.phases,
		excluded.years, excluded.subjects, excluded.coverage, excluded.starts_on, excluded.ends_on, excluded.form,
		excluded.aims, excluded.state
	);
	with due as materialized (
		select m.organisation_id, m.role
		from restricted.partnership_member as m
		join published.partnership as p on p.id = m.partnership_id
		where p.id = $1 and m.state = 'accepted'
	),
	gone as (
		delete from published.partnership_member as known
		where known.partnership_id = $1 and known.organisation_id not in (select d.organisation_id from due as d)
	)
	insert into published.partnership_member (partnership_id, organisation_id, role)
	select $1, d.organisation_id, d.role from due as d
	on conflict on constraint published_partnership_member_pkey do update
	set role = excluded.role;
end
$$;

comment on function accord.publish_partnership(uuid) is 'Brings what anybody may read of a partnership up to date.';

create function accord.follow_partnership() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
	if tg_op = 'INSERT' or old.proposed_at is distinct from new.proposed_at then
		perform accord.refresh_parties(new.id);
	end if;
	perform accord.publish_partnership(new.id);
	if tg_op = 'UPDATE' and (old.state = 'ended') <> (new.state = 'ended') then
		perform accord.refresh_pairs(array(
			select m.organisation_id
			from restricted.partnership_member as m
			where m.partnership_id = new.id and m.state = 'accepted'
		));
	end if;
	return null;
end
$$;

comment on function accord.follow_partnership() is 'What follows from a change of a partnership.';

create trigger partnership_made after insert on restricted.partnership
	for each row execute function accord.follow_partnership();
create trigger partnership_followed
	after update of title, summary, type, areas, focus_areas, phases, years, subjects, coverage, starts_on, ends_on,
		form, aims, visibility, state, proposed_at, activated_at
	on restricted.partnership
	for each row execute function accord.follow_partnership();

create function accord.follow_member() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
	-- Who signs sees the record already: that matters when it goes.
	if tg_op = 'INSERT' or (old.state, old.role) is distinct from (new.state, new.role)
		or (old.signed <> new.signed and new.state not in ('invited', 'accepted', 'disputed')) then
		perform accord.refresh_parties(new.partnership_id);
	end if;
	if tg_op = 'INSERT' or (old.state, old.role) is distinct from (new.state, new.role) then
		perform accord.publish_partnership(new.partnership_id);
	end if;
	if tg_op = 'INSERT' or old.state <> new.state then
		if new.state = 'accepted' or old.state = 'accepted' then
			perform accord.refresh_pairs(array[new.organisation_id]);
		end if;
	end if;
	return null;
end
$$;

comment on function accord.follow_member() is 'What follows from a change of a member.';

create trigger partnership_member_followed after insert or update on restricted.partnership_member
	for each row execute function accord.follow_member();

-- What a caller may do now, and what it may not and why. In a language that keeps its plans: each action asks.

create function accord.partnership_standing(partnership uuid) returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
	return array(
		select case when m.role = 'lead' or accord.stands_in(m) then 'lead' else 'member' end
		from restricted.partnership_member as m
		where m.partnership_id = $1 and m.organisation_id = accord.caller_organisation() and m.state = 'accepted'
	);
end
$$;

comment on function accord.partnership_standing(uuid) is
	'As what the acting organisation does something in a partnership: lead, or standing in for it, member, or nothing.';

create function accord.is_always_noted(action text) returns boolean
language sql immutable parallel safe
return action in ('end', 'leave', 'remove', 'decline', 'withdraw', 'abandon', 'erase', 'complete', 'supersede');

comment on function accord.is_always_noted(text) is
	'Whether something can be done, or follows, however long a history is: whatever brings it nearer to its end.';

create function accord.history_hindrance(events integer, action text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
	return case
		when events >= accord.most('events') and not accord.is_always_noted(action)
			then format('The history has %s events: it can only be ended.', accord.most('events'))
	end;
end
$$;

comment on function accord.history_hindrance(integer, text) is
	'Why something is not done after so many events; null when it can be.';

create function accord.partnership_hindrance(p restricted.partnership, action text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
	return case
		when action in ('propose', 'activate') and not exists (
			select
			from restricted.partnership_member as m
			where m.partnership_id = p.id and m.organisation_id <> p.created_by
			and m.state = any (case action when 'propose' then array['invited', 'accepted'] else array['accepted'] end)
		)
			then case action
				when 'propose' then 'Nobody else has been invited.' else 'Nobody else has accepted.'
			end
		when action = 'activate' and p.form <> 'informal' and p.in_force is null
			then 'No version of its agreement is in force.'
		when action in ('activate', 'resume') and p.ends_on < accord.today()
			then 'Its last day has passed.'
		else accord.history_hindrance(p.events, action)
	end;
end
$$;

comment on function accord.partnership_hindrance(restricted.partnership, text) is
	'Why something that the state allows cannot be done with a partnership yet; null when it can.';

create function accord.partnership_actions(partnership uuid) returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
declare
	standing text[] := accord.partnership_standing($1);
begin
	return array(
		select s.action
		from restricted.partnership as p
		join published.machine_step as s on s.machine = 'partnership' and s.from_state = p.state
		where p.id = $1
		and s.who = any (standing)
		and accord.caller_may(s.scope)
		and accord.partnership_hindrance(p, s.action) is null
		order by s.action
	);
end
$$;

comment on function accord.partnership_actions(uuid) is 'What the caller may do with a partnership now.';

create function accord.next_state(machine text, state text, action text, standing text[]) returns text
language plpgsql stable
set search_path = ''
as $$
begin
	return (
		select max(s.to_state)
		from published.machine_step as s
		where (s.machine, s.from_state, s.action) = ($1, $2, $3) and s.who = any ($4)
	);
end
$$;

comment on function accord.next_state(text, text, text, text[]) is
	'The state that follows an action of somebody with a standing; null when there is none.';

create function accord.refuse_action(detail text, state text, allowed text[]) returns void
language plpgsql stable
set search_path = ''
as $$
begin
	perform accord.refuse_with(
		'illegal-action', null, detail, json_build_object('state', state, 'allowedActions', allowed)
	);
end
$$;

comment on function accord.refuse_action(text, text, text[]) is
	'Refuses what cannot be done in a state, and says what the caller may do instead.';

create function accord.demand_lasting(p restricted.partnership) returns void
language plpgsql stable
set search_path = ''
as $$
begin
	if p.state = 'ended' then
		perform accord.refuse_action('The partnership has ended.', p.state, accord.partnership_actions(p.id));
	end if;
end
$$;

comment on function accord.demand_lasting(restricted.partnership) is 'Refuses what cannot be done once a partnership has ended.';

create function accord.refuse_step(
	machine text, state text, action text, standing text[], hindrance text, allowed text[]
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
	others text := (
		select string_agg(distinct case s.who
			when 'itself' then 'the member itself'
			when 'drafter' then 'the member that drafted it'
			when 'signatory' then 'a signatory'
			when 'unsigned' then 'a signatory that has not signed'
			else s.who
		end, ' or ')
		from published.machine_step as s
		where (s.machine, s.from_state, s.action) = ($1, $2, $3)
		having not bool_or(s.who = any ($4))
	);
begin
	if others is not null then
		perform accord.refuse_with(
			'forbidden', null, format('Only %s may do this.', others),
			json_build_object('state', state, 'allowedActions', allowed)
		);
	end if;
	perform accord.refuse_action(
		coalesce(hindrance, format('This cannot be done in the state "%s".', state)), state, allowed
	);
end
$$;

comment on function accord.refuse_step(text, text, text, text[], text, text[]) is
	'Refuses an action that the machine does not have from this state, that is for others, or that something hinders.';

create function accord.demand_step(
	machine text, state text, action text, standing text[], hindrance text, allowed text[]
) returns text
language plpgsql stable
set search_path = ''
as $$
declare
	becomes text := accord.next_state($1, $2, $3, $4);
begin
	if becomes is null or hindrance is not null then
		perform accord.refuse_step($1, $2, $3, $4, $5, $6);
	end if;
	return becomes;
end
$$;

comment on function accord.demand_step(text, text, text, text[], text, text[]) is
	'The state that follows an action, unless it is refused.';

-- A record is measured as its export has it, or a little larger: rows as JSON, with what they do not say themselves.
-- What may always be done, and organisations that get longer names, have the rest of the 16 MiB that a reply can have.

create function accord.name_bytes(organisation uuid) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
	return coalesce((select octet_length(to_json(o.name)::text) from reference.organisation as o where o.id = $1), 0);
end
$$;

comment on function accord.name_bytes(uuid) is 'How many bytes the name of an organisation takes in JSON.';

create function accord.partnership_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return (
		select octet_length(to_json(p)::text) + accord.name_bytes(p.created_by) + 500
		from restricted.partnership as p
		where p.id = $1
	) + (
		select coalesce(sum(octet_length(to_json(m)::text) + accord.name_bytes(m.organisation_id) + 500), 0)
		from restricted.partnership_member as m
		where m.partnership_id = $1
	) + (
		select coalesce(sum(octet_length(to_json(c)::text)), 0)
		from restricted.partnership_contact as c
		where c.partnership_id = $1
	) + (
		select coalesce(sum(
			octet_length(to_json(e)::text) + coalesce(octet_length(to_json(o.name)::text), 0)
			+ coalesce(octet_length(to_json(m.name)::text), 0)
		), 0)
		from restricted.partnership_event as e
		left join reference.organisation as o on o.id = e.organisation_id
		left join reference.organisation as m on m.id = e.member_id
		where e.partnership_id = $1
	);
end
$$;

comment on function accord.partnership_bytes(uuid) is
	'How many bytes a partnership, its members and its history take in an export.';

create function accord.record_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return accord.partnership_bytes($1);
end
$$;

comment on function accord.record_bytes(uuid) is 'How many bytes the whole record of a partnership takes in an export, at most.';

create function accord.demand_room(partnership uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
	perform accord.demand(
		accord.record_bytes($1) <= accord.most('bytes of a record'), 'conflict', null,
		format('A record has %s bytes at most: this one would have more.', accord.most('bytes of a record'))
	);
end
$$;

comment on function accord.demand_room(uuid) is
	'Refuses what made a record, which is locked, larger than one can be: it can be exported whatever comes.';

create function accord.note_event(
	partnership uuid, action text, member uuid default null, agreement integer default null, reason text default null,
	actor uuid default accord.caller_organisation(), receipt_sha256 text default null
) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
	place integer;
	stands text;
	hindrance text;
begin
	update restricted.partnership as p
	set events = p.events + 1, receipts = p.receipts + num_nonnulls(receipt_sha256),
		last_receipt = coalesce(receipt_sha256, p.last_receipt)
	where p.id = $1
	returning p.events, p.state into place, stands;
	hindrance := accord.history_hindrance(place - 1, action);
	if hindrance is not null then
		perform accord.refuse_action(hindrance, stands, accord.partnership_actions($1));
	end if;
	insert into restricted.partnership_event (
		partnership_id, number, at, action, organisation_id, member_id, agreement, reason
	)
	values ($1, place, accord.now(), $2, actor, $3, $4, $5);
	-- For signatures room was kept when the version was opened.
	if not accord.is_always_noted(action) and action not in ('sign', 'record-paper-signature') then
		perform accord.demand_room($1);
	end if;
end
$$;

comment on function accord.note_event(uuid, text, uuid, integer, text, uuid, text) is
	'Adds to the history of a partnership, which is locked, for whoever acts or whoever it is done for, and a receipt to its chain when one came of it.';

-- What the service asks, once the partnership has been locked under the caller's own eyes.

create function accord.demand_known(subjects text[], coverage text[]) returns void
language plpgsql stable
set search_path = ''
as $$
declare
	stray text;
begin
	select min(word) into stray
	from unnest(subjects) as word
	where not exists (select from reference.code as c where c.list = 'PublishSubject' and c.code = word);
	perform accord.demand(stray is null, 'rule-broken', '/subjects', format('There is no subject "%s".', stray));
	select min(word) into stray
	from unnest(coverage) as word
	where not exists (select from reference.region as r where r.code = word)
	and not exists (select from reference.local_authority as a where a.code = word);
	perform accord.demand(
		stray is null, 'rule-broken', '/coverage', format('There is no region or local authority "%s".', stray)
	);
end
$$;

comment on function accord.demand_known(text[], text[]) is 'Refuses subjects and areas that no register has.';

create function accord.create_partnership(id uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	b restricted.partnership := jsonb_populate_record(null::restricted.partnership, body);
begin
	perform accord.demand(
		not accord.is_closed(accord.caller_organisation()), 'conflict', null, 'The organisation is closed.'
	);
	perform pg_advisory_xact_lock(hashtextextended('partnerships of ' || accord.caller_organisation(), 0));
	perform accord.demand(
		(
			select count(*) < accord.most('unfinished partnerships')
			from restricted.partnership as p
			where p.created_by = accord.caller_organisation() and p.state <> 'ended'
		),
		'conflict', null,
		format(
			'The organisation has %s partnerships that have not ended.',
			accord.most('unfinished partnerships')
		)
	);
	perform accord.demand_known(b.subjects, b.coverage);
	insert into restricted.partnership (
		id, title, summary, type, areas, focus_areas, phases, years, subjects, coverage, starts_on, ends_on, form, aims,
		visibility, created_by, created_at
	)
	values (
		$1, b.title, b.summary, b.type, coalesce(b.areas, '{}'), coalesce(b.focus_areas, '{}'),
		coalesce(b.phases, '{}'), coalesce(b.years, '{}'), coalesce(b.subjects, '{}'),
		coalesce(b.coverage, '{}'), b.starts_on, b.ends_on, b.form,
		coalesce(b.aims, '{}'), coalesce(b.visibility, 'members'), accord.caller_organisation(), accord.now()
	);
	insert into restricted.partnership_member (
		partnership_id, organisation_id, role, state, invited_at, accepted_at
	)
	values ($1, accord.caller_organisation(), 'lead', 'accepted', accord.now(), accord.now());
	perform accord.note_event($1, 'create');
end
$$;

comment on function accord.create_partnership(uuid, jsonb) is
	'Records a partnership as a draft of the acting organisation, which leads it.';

create function accord.change_partnership(partnership uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known restricted.partnership;
	b restricted.partnership := jsonb_populate_record(null::restricted.partnership, body);
begin
	select p.* into known from restricted.partnership as p where p.id = $1 for update;
	perform accord.demand(
		'lead' = any (accord.partnership_standing($1)), 'forbidden', null, 'Only lead may do this.'
	);
	perform accord.demand_lasting(known);
	if known.in_force is not null
		and (known.starts_on, known.ends_on, known.form) is distinct from (b.starts_on, b.ends_on, b.form) then
		perform accord.refuse_action(
			'Form and dates are those of the agreement in force: amend or renew it.', known.state,
			accord.partnership_actions($1)
		);
	end if;
	if b.form <> 'informal' and known.in_force is null and known.state in ('active', 'suspended') then
		perform accord.refuse_action(
			'Nothing has been agreed: it is informal as long as it is active.', known.state,
			accord.partnership_actions($1)
		);
	end if;
	perform accord.demand_known(
		array(select unnest(b.subjects) except select unnest(known.subjects)),
		array(select unnest(b.coverage) except select unnest(known.coverage))
	);
	update restricted.partnership as p
	set title = b.title, summary = b.summary, type = b.type, areas = coalesce(b.areas, '{}'),
		focus_areas = coalesce(b.focus_areas, '{}'), phases = coalesce(b.phases, '{}'),
		years = coalesce(b.years, '{}'), subjects = coalesce(b.subjects, '{}'),
		coverage = coalesce(b.coverage, '{}'), starts_on = b.starts_on, ends_on = b.ends_on, form = b.form,
		aims = coalesce(b.aims, '{}'), visibility = b.visibility
	where p.id = $1;
	perform accord.demand_room($1);
end
$$;

comment on function accord.change_partnership(uuid, jsonb) is 'Changes what a partnership says of itself, for its lead.';

create function accord.step_partnership(partnership uuid, action text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known restricted.partnership;
	becomes text;
begin
	select p.* into known from restricted.partnership as p where p.id = $1 for update;
	becomes := accord.demand_step(
		'partnership', known.state, action, accord.partnership_standing($1),
		accord.partnership_hindrance(known, action), accord.partnership_actions($1)
	);
	update restricted.partnership as p
	set state = becomes,
		proposed_at = case when becomes = 'proposed' then accord.now() else p.proposed_at end,
		activated_at = case when becomes = 'active' then coalesce(p.activated_at, accord.now()) else p.activated_at end,
		ended_at = case when becomes = 'ended' then accord.now() end
	where p.id = $1;
	perform accord.note_event($1, action);
end
$$;

comment on function accord.step_partnership(uuid, text) is 'Does with a partnership what its machine allows now.';

create function accord.is_closed(organisation uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
	return not exists (
		select from reference.organisation as o where o.id = $1 and o.status is distinct from 'Closed'
	);
end
$$;

comment on function accord.is_closed(uuid) is 'Whether an organisation is closed by its register, or in none.';

-- A lead that closes leaves others behind, who must be able to go on.
create function accord.stands_in(m restricted.partnership_member) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
	return m.role in ('partner', 'delivery', 'funder') and m.state = 'accepted' and not exists (
		select
		from restricted.partnership_member as o
		where o.partnership_id = m.partnership_id and o.role = 'lead' and o.state = 'accepted'
		and not accord.is_closed(o.organisation_id)
	) and not accord.is_closed(m.organisation_id);
end
$$;

comment on function accord.stands_in(restricted.partnership_member) is
	'Whether a member counts as lead: it signs, it is open, and no open organisation leads.';

create function accord.is_last_lead(m restricted.partnership_member) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
	return m.state = 'accepted' and (m.role = 'lead' or accord.stands_in(m)) and not exists (
		select
		from restricted.partnership_member as o
		where o.partnership_id = m.partnership_id and o.organisation_id <> m.organisation_id and o.state = 'accepted'
		and (
			o.role = 'lead'
			or (
				o.role in ('partner', 'delivery', 'funder') and not accord.is_closed(o.organisation_id)
				and (m.role <> 'lead' or accord.is_closed(m.organisation_id))
			)
		)
	);
end
$$;

comment on function accord.is_last_lead(restricted.partnership_member) is
	'Whether a partnership would have no lead without this member, and nobody to stand in for one that is closed.';

create function accord.invite_member(partnership uuid, organisation uuid, role text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known restricted.partnership;
	one restricted.partnership_member;
	was text;
begin
	select p.* into known from restricted.partnership as p where p.id = $1 for update;
	select m.* into one from restricted.partnership_member as m where (m.partnership_id, m.organisation_id) = ($1, $2);
	was := one.state;
	perform accord.demand('lead' = any (accord.partnership_standing($1)), 'forbidden', null, 'Only lead may do this.');
	perform accord.demand_lasting(known);
	perform accord.demand(
		exists (select from reference.organisation as o where o.id = $2), 'rule-broken', '/organisation',
		'There is no such organisation.'
	);
	perform accord.demand(not accord.is_closed($2), 'rule-broken', '/organisation', 'The organisation is closed.');
	if was in ('invited', 'disputed') or (was = 'accepted' and coalesce(one.offered_role, one.role) = $3) then
		perform accord.refuse_action('The organisation is a member already.', was, accord.member_actions($1, $2));
	end if;
	perform accord.demand(
		was is not null or (
			select count(*) < accord.most('members')
			from restricted.partnership_member as m
			where m.partnership_id = $1
		),
		'conflict', null, format('A partnership has %s members at most.', accord.most('members'))
	);
	insert into restricted.partnership_member as m (partnership_id, organisation_id, role, state, invited_at)
	values ($1, $2, $3, 'invited', accord.now())
	on conflict on constraint partnership_member_pkey do update
	set role = excluded.role, state = 'invited', challenged = false, reason = null, invited_at = excluded.invited_at,
		accepted_at = null
	where m.state <> 'accepted';
	update restricted.partnership_member as m
	set offered_role = nullif($3, m.role)
	where (m.partnership_id, m.organisation_id) = ($1, $2) and m.state = 'accepted';
	perform accord.note_event($1, 'invite', $2);
end
$$;

comment on function accord.invite_member(uuid, uuid, text) is
	'Asks an organisation to be a member; it sees the partnership once that is proposed. An accepted one is offered another role.';

create function accord.member_standing(partnership uuid, organisation uuid) returns text[]
language plpgsql stable
set search_path = ''
as $$
begin
	return accord.partnership_standing($1)
		|| case when organisation = accord.caller_organisation() then array['itself'] else '{}' end;
end
$$;

comment on function accord.member_standing(uuid, uuid) is
	'As what the acting organisation does something to a member: what it is in the partnership, or itself.';

create function accord.member_hindrance(p restricted.partnership, m restricted.partnership_member, action text)
returns text
language plpgsql stable
set search_path = ''
as $$
begin
	return case
		when p.state = 'ended' then 'The partnership has ended.'
		when action in ('invite', 'accept') and accord.is_closed(m.organisation_id) then 'The organisation is closed.'
		when action = 'accept' and m.state = 'accepted' and m.offered_role is null
			then 'No other role is offered to the member.'
		when action = 'challenge' and m.challenged
			then 'A member challenges once, until it is invited again.'
		when action = 'challenge' and m.state = 'accepted'
		and m.accepted_at + make_interval(days => accord.most('days to challenge')::integer) < accord.now()
			then format(
				'A member challenges within %s days of its acceptance.', accord.most('days to challenge')
			)
		when action = 'remove' and m.organisation_id = accord.caller_organisation()
			then 'A member leaves by itself.'
		when (action in ('leave', 'challenge') or (action = 'accept' and m.offered_role <> 'lead'))
		and accord.is_last_lead(m)
			then 'A partnership keeps one lead at least: end it, or have another lead accept first.'
		else accord.history_hindrance(p.events, action)
	end;
end
$$;

comment on function accord.member_hindrance(restricted.partnership, restricted.partnership_member, text) is
	'Why something that the state allows cannot be done to a member; null when it can.';

create function accord.member_actions(partnership uuid, organisation uuid) returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
declare
	standing text[] := accord.member_standing($1, $2);
begin
	return array(
		select s.action
		from restricted.partnership as p
		join restricted.partnership_member as m on m.partnership_id = p.id
		join published.machine_step as s on s.machine = 'member' and s.from_state = m.state
		where p.id = $1 and m.organisation_id = $2
		and s.who = any (standing)
		and accord.caller_may(s.scope)
		and accord.member_hindrance(p, m, s.action) is null
		order by s.action
	);
end
$$;

comment on function accord.member_actions(uuid, uuid) is 'What the caller may do to a member now.';

create function accord.step_member(partnership uuid, organisation uuid, action text, reason text default null)
returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known restricted.partnership;
	one restricted.partnership_member;
	becomes text;
begin
	select p.* into known from restricted.partnership as p where p.id = $1 for update;
	select m.* into one from restricted.partnership_member as m where (m.partnership_id, m.organisation_id) = ($1, $2);
	perform accord.demand(one.state is not null, 'not-found');
	becomes := accord.demand_step(
		'member', one.state, action, accord.member_standing($1, $2), accord.member_hindrance(known, one, action),
		accord.member_actions($1, $2)
	);
	update restricted.partnership_member as m
	set state = becomes, role = case becomes when 'accepted' then coalesce(m.offered_role, m.role) else m.role end,
		offered_role = null, reason = step_member.reason, challenged = m.challenged or action = 'challenge',
		accepted_at = case when becomes = 'accepted' then coalesce(m.accepted_at, accord.now()) else m.accepted_at end
	where (m.partnership_id, m.organisation_id) = ($1, $2);
	perform accord.note_event($1, action, $2, null, reason);
	-- Whoever goes sees that it went.
	update restricted.party as y
	set until = p.events
	from restricted.partnership as p
	where p.id = $1 and (y.record_id, y.organisation_id) = ($1, $2) and y.until is not null;
end
$$;

comment on function accord.step_member(uuid, uuid, text, text) is 'Does to a member what its machine allows now.';

create function accord.keep_contact(partnership uuid, organisation uuid, kind text, contact jsonb) returns void
language sql volatile
set search_path = ''
as $$
	delete from restricted.partnership_contact as c
	where (c.partnership_id, c.organisation_id, c.kind) = ($1, $2, $3) and contact is null;
	insert into restricted.partnership_contact (partnership_id, organisation_id, kind, name, title, email)
	select $1, $2, $3, contact ->> 'name', contact ->> 'title', contact ->> 'email'
	where contact is not null
	on conflict on constraint partnership_contact_pkey do update
	set name = excluded.name, title = excluded.title, email = excluded.email
$$;

comment on function accord.keep_contact(uuid, uuid, text, jsonb) is 'Keeps a member''s contact instead of any before; null is none.';

-- What a write answered is kept for a day, to be answered again: people who are forgotten are forgotten there too.
create index idempotency_members_idx on accord.idempotency ((body::jsonb ->> 'self'))
	where operation like 'partnerships\_members\_%';

create function accord.forget_replies(partnership uuid, organisations uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
	update accord.idempotency as i
	set body = (i.body::jsonb || '{"projectLead": null, "executiveSponsor": null}')::text
	where i.operation like 'partnerships\_members\_%' and i.body::jsonb ->> 'self' = any (array(
		select '/v1/partnerships/' || $1 || '/members/' || one.id from unnest(organisations) as one (id)
	));
end
$$;

comment on function accord.forget_replies(uuid, uuid[]) is
	'Forgets the people of members of a partnership in the replies that are kept.';

create function accord.demand_nameable(partnership uuid, organisation uuid, body jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
begin
	perform accord.demand(
		coalesce(nullif(body -> 'project_lead', 'null'), nullif(body -> 'executive_sponsor', 'null')) is null or (
			select count(*) < accord.most('erasures')
			from restricted.partnership_event as e
			where (e.partnership_id, e.organisation_id, e.action) = ($1, $2, 'erase')
		),
		'conflict', null,
		format('The member has had its people erased %s times: it names nobody any more.', accord.most('erasures'))
	);
end
$$;

comment on function accord.demand_nameable(uuid, uuid, jsonb) is
	'Refuses people of a member that has had them erased too often: each time is an event, and there is an end of events.';

create function accord.change_member(partnership uuid, organisation uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known restricted.partnership;
	was text;
	b restricted.partnership_member := jsonb_populate_record(null::restricted.partnership_member, body);
begin
	select p.* into known from restricted.partnership as p where p.id = $1 for update;
	select m.state into was
	from restricted.partnership_member as m
	where (m.partnership_id, m.organisation_id) = ($1, $2);
	perform accord.demand(
		$2 is not distinct from accord.caller_organisation(), 'forbidden', null, 'A member speaks for itself alone.'
	);
	-- Who is named can be erased, which is an event.
	perform accord.demand(
		known.events < accord.most('events'), 'conflict', null,
		format('The history has %s events: it can only be ended.', accord.most('events'))
	);
	perform accord.demand_nameable($1, $2, body);
	perform accord.demand_lasting(known);
	if was in ('declined', 'left') then
		perform accord.refuse_action('The organisation is no member any more.', was, accord.member_actions($1, $2));
	end if;
	update restricted.partnership_member as m
	set goal = b.goal, responsibilities = coalesce(b.responsibilities, '{}'),
		infrastructure = coalesce(b.infrastructure, '{}')
	where (m.partnership_id, m.organisation_id) = ($1, $2);
	perform accord.keep_contact($1, $2, 'projectLead', nullif(body -> 'project_lead', 'null'));
	perform accord.keep_contact($1, $2, 'executiveSponsor', nullif(body -> 'executive_sponsor', 'null'));
	perform accord.forget_replies($1, array[$2]);
	update restricted.partnership as p set version = p.version where p.id = $1;
	perform accord.demand_room($1);
end
$$;

comment on function accord.change_member(uuid, uuid, jsonb) is
	'Changes a member''s own part: its goal, what it does and brings, and its contacts.';

create function accord.forget_people(partnership uuid, organisation uuid) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
	forgotten boolean;
begin
	delete from restricted.partnership_contact as c where (c.partnership_id, c.organisation_id) = ($1, $2);
	forgotten := found;
	perform accord.forget_replies($1, array[$2]);
	return forgotten;
end
$$;

comment on function accord.forget_people(uuid, uuid) is
	'Forgets the people whom a member of a partnership, which is locked, named; whether there were any.';

create function accord.erase_contacts(partnership uuid, organisation uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
	perform p.id from restricted.partnership as p where p.id = $1 for update;
	perform accord.demand(
		$2 is not distinct from accord.caller_organisation(), 'forbidden', null, 'A member speaks for itself alone.'
	);
	if accord.forget_people($1, $2) then
		perform accord.note_event($1, 'erase', $2);
	end if;
end
$$;

comment on function accord.erase_contacts(uuid, uuid) is 'Forgets the people whom a member named.';

-- Whoever has not signed sees the record no longer once it has gone: nobody could erase its people then.

create function accord.forget_member() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
	perform accord.forget_people(new.partnership_id, new.organisation_id);
	return null;
end
$$;

comment on function accord.forget_member() is 'Forgets the people of a member that goes without having signed.';

create trigger partnership_member_forgotten after update of state on restricted.partnership_member
	for each row when (new.state in ('declined', 'left') and old.state <> new.state and not old.signed)
	execute function accord.forget_member();

-- A merged organisation's partnerships are the survivor's. What was signed stays as it was signed.

create or replace function accord.move_to_survivor(merged uuid, survivor uuid) returns void
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
	delete from restricted.party as p where p.organisation_id = merged;
	update restricted.partnership as p set created_by = survivor where p.created_by = merged;
	insert into restricted.partnership_member (
		partnership_id, organisation_id, role, state, signed, goal, responsibilities, infrastructure, reason,
		invited_at, accepted_at
	)
	select
		m.partnership_id, survivor, m.role, m.state, m.signed, m.goal, m.responsibilities, m.infrastructure, m.reason,
		m.invited_at, m.accepted_at
	from restricted.partnership_member as m
	where m.organisation_id = merged
	on conflict on constraint partnership_member_pkey do update
	set (role, state, accepted_at) = row (excluded.role, excluded.state, excluded.accepted_at)
	where excluded.state = 'accepted'
	and (restricted.partnership_member.state <> 'accepted' or excluded.role = 'lead');
	update restricted.partnership_member as m
	set signed = true
	from restricted.partnership_member as gone
	where m.organisation_id = survivor and not m.signed
	and (gone.partnership_id, gone.organisation_id) = (m.partnership_id, merged) and gone.signed;
	insert into restricted.partnership_contact (partnership_id, organisation_id, kind, name, title, email)
	select c.partnership_id, survivor, c.kind, c.name, c.title, c.email
	from restricted.partnership_contact as c
	where c.organisation_id = merged
	on conflict on constraint partnership_contact_pkey do nothing;
	delete from restricted.partnership_contact as c where c.organisation_id = merged;
	update restricted.partnership_member as m
	set state = 'left', signed = false
	where m.organisation_id = merged
$$;

-- Who sees. Nobody but the functions above changes anything.

call accord.protect('partnership', 'partnership_member', 'partnership_contact', 'partnership_event');

-- Parties show a caller its own rows alone, each found in a hash, however many organisations it oversees. "offset"
-- keeps the planner from gathering all that a caller sees to show it one record or one page.
alter policy visible on restricted.party
	using (organisation_id in (select unnest((select accord.caller_organisations()))));
comment on table restricted.party is
	'Which organisations share a record. The policy of its table is "exists (select from restricted.party as y where y.record_id = … offset 0)".';

create policy party on restricted.partnership for select to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (select from restricted.party as y where y.record_id = partnership.id offset 0)
	);

-- To lock is all that the service does to it.
create policy locked on restricted.partnership for update to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (select from restricted.party as y where y.record_id = partnership.id offset 0)
	)
	with check (false);
create policy party on restricted.partnership_member for select to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (select from restricted.party as y where y.record_id = partnership_member.partnership_id offset 0)
	);
create policy party on restricted.partnership_event for select to accord_api
	using (
		(select accord.caller_organisation()) is not null
		and exists (
			select
			from restricted.party as y
			where y.record_id = partnership_event.partnership_id
			and (y.until is null or partnership_event.number <= y.until)
			offset 0
		)
	);
create policy member on restricted.partnership_contact for select to accord_api
	using (
		organisation_id = any ((select accord.caller_organisations())::uuid[])
		or exists (
			select
			from restricted.partnership_member as m
			where m.partnership_id = partnership_contact.partnership_id and m.state = 'accepted'
			and m.organisation_id = any ((select accord.caller_organisations())::uuid[])
		)
	);

revoke insert, update, delete on published.machine_step, published.partnership, published.partnership_member
	from accord_worker;
grant select, update (version) on restricted.partnership to accord_api;
grant select on restricted.partnership_member, restricted.partnership_contact, restricted.partnership_event
	to accord_api;
grant execute on function accord.partnership_actions(uuid), accord.member_actions(uuid, uuid),
	accord.create_partnership(uuid, jsonb), accord.change_partnership(uuid, jsonb),
	accord.step_partnership(uuid, text), accord.invite_member(uuid, uuid, text),
	accord.step_member(uuid, uuid, text, text), accord.change_member(uuid, uuid, jsonb),
	accord.erase_contacts(uuid, uuid)
	to accord_api;

commit;
