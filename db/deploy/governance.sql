-- SPDX-License-Identifier: MIT
-- Deploy accord:governance to pg
-- requires: agreements finding
-- How partners decide together: boards and who sits on them, meetings, what they decide and who acts, reviews.

begin;

set local role accord_owner;

create function accord.governance_limit(what text) returns integer
language sql immutable parallel safe
return case what
	when 'boards' then 20
	when 'meetings' then 500
	when 'reviews' then 100
	when 'events of one' then 50
	when 'events' then 2000
end;

comment on function accord.governance_limit(text) is
	'The limits of governance by name: boards, meetings and reviews of one partnership, what happens to one of them, and to all.';

alter table restricted.partnership_event add column record_id uuid;
comment on column restricted.partnership_event.record_id is 'The board, meeting or review that it was done to.';
create index partnership_event_record_idx on restricted.partnership_event (partnership_id, record_id)
	where record_id is not null;

create table restricted.partnership_board (
	id uuid not null,
	partnership_id uuid not null,
	name text not null,
	sort_name text collate "C" generated always as (lower(name)) stored,
	terms text not null,
	seats jsonb not null,
	created_at timestamptz not null,
	constraint partnership_board_pkey primary key (id),
	constraint partnership_board_partnership_fkey foreign key (partnership_id)
		references restricted.partnership (id) on delete restrict,
	constraint partnership_board_name_form check (accord.is_short_text(name, 200)),
	constraint partnership_board_terms_bounded check (length(terms) between 1 and 10000),
	constraint partnership_board_seats_bounded check (jsonb_typeof(seats) = 'array' and jsonb_array_length(seats) <= 50)
);

create index partnership_board_partnership_idx on restricted.partnership_board (partnership_id, sort_name, id);

comment on table restricted.partnership_board is 'The boards of partnerships.';
comment on column restricted.partnership_board.id is 'Which.';
comment on column restricted.partnership_board.partnership_id is 'Of which partnership.';
comment on column restricted.partnership_board.name is 'What it is called.';
comment on column restricted.partnership_board.sort_name is 'The name in lower case, for order.';
comment on column restricted.partnership_board.terms is 'Its terms of reference.';
comment on column restricted.partnership_board.seats is
	'Who sits on it: [{"organisation" or "community", "seniority", "role", "votes"}]; nobody by name.';
comment on column restricted.partnership_board.created_at is 'When it was recorded.';

create table restricted.partnership_meeting (
	id uuid not null,
	partnership_id uuid not null,
	board_id uuid not null,
	held_on date not null,
	host_id uuid,
	summary text,
	decisions jsonb not null,
	actions jsonb not null,
	recorded_by uuid,
	created_at timestamptz not null,
	constraint partnership_meeting_pkey primary key (id),
	constraint partnership_meeting_partnership_fkey foreign key (partnership_id)
		references restricted.partnership (id) on delete restrict,
	constraint partnership_meeting_board_fkey foreign key (board_id)
		references restricted.partnership_board (id) on delete restrict,
	constraint partnership_meeting_summary_bounded check (length(summary) between 1 and 10000),
	constraint partnership_meeting_lists_bounded check (
		jsonb_typeof(decisions) = 'array' and jsonb_array_length(decisions) <= 50
		and jsonb_typeof(actions) = 'array' and jsonb_array_length(actions) <= 50
	)
);

create index partnership_meeting_partnership_idx on restricted.partnership_meeting (partnership_id, held_on, id);
create index partnership_meeting_board_idx on restricted.partnership_meeting (board_id);

comment on table restricted.partnership_meeting is 'The meetings of boards, with what they decided and who does what.';
comment on column restricted.partnership_meeting.id is 'Which.';
comment on column restricted.partnership_meeting.partnership_id is 'Of which partnership.';
comment on column restricted.partnership_meeting.board_id is 'Of which board.';
comment on column restricted.partnership_meeting.held_on is 'The day.';
comment on column restricted.partnership_meeting.host_id is 'The organisation that had it; null when it met elsewhere or at a distance.';
comment on column restricted.partnership_meeting.summary is 'What was spoken of.';
comment on column restricted.partnership_meeting.decisions is 'What was decided: [{"text", "outcome"}].';
comment on column restricted.partnership_meeting.actions is 'Who does what: [{"text", "organisation", "dueOn", "state"}].';
comment on column restricted.partnership_meeting.recorded_by is 'The organisation that recorded it, which may change the minutes.';
comment on column restricted.partnership_meeting.created_at is 'When it was recorded.';

create table restricted.partnership_review (
	id uuid not null,
	partnership_id uuid not null,
	due_on date not null,
	purpose text not null,
	reviewer_id uuid,
	held_on date,
	findings text,
	created_at timestamptz not null,
	constraint partnership_review_pkey primary key (id),
	constraint partnership_review_partnership_fkey foreign key (partnership_id)
		references restricted.partnership (id) on delete restrict,
	constraint partnership_review_purpose_form check (length(purpose) between 1 and 1000),
	constraint partnership_review_findings_form check (length(findings) between 1 and 10000),
	constraint partnership_review_found_when_held check (findings is null or held_on is not null)
);

create index partnership_review_partnership_idx on restricted.partnership_review (partnership_id, due_on, id);

comment on constraint partnership_review_found_when_held on restricted.partnership_review is
	'rule-broken /heldOn What was found was found on a day.';
comment on table restricted.partnership_review is 'When partners look back, and what they found.';
comment on column restricted.partnership_review.id is 'Which.';
comment on column restricted.partnership_review.partnership_id is 'Of which partnership.';
comment on column restricted.partnership_review.due_on is 'The day by which it is due.';
comment on column restricted.partnership_review.purpose is 'What is looked at.';
comment on column restricted.partnership_review.reviewer_id is 'The organisation that reviews: another than those who deliver, at best.';
comment on column restricted.partnership_review.held_on is 'The day on which it was held; null until then.';
comment on column restricted.partnership_review.findings is 'What was found.';
comment on column restricted.partnership_review.created_at is 'When it was recorded.';

-- What the service asks, once the partnership has been locked under the caller's own eyes.

create function accord.demand_governing(partnership uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
	known restricted.partnership;
begin
	select p.* into known from restricted.partnership as p where p.id = $1 for update;
	perform accord.demand(
		pg_catalog.cardinality(accord.partnership_standing($1)) > 0, 'forbidden', null,
		'Only accepted members may do this.'
	);
	perform accord.demand_lasting(known);
	update restricted.partnership as p set version = p.version where p.id = $1;
end
$$;

comment on function accord.demand_governing(uuid) is
	'Locks a partnership for a change of its governance, which is its members'' until it ends, and counts it.';

-- Whoever has left may still have sat on a board or have hosted a meeting.
create function accord.demand_members(partnership uuid, ids uuid[], pointer text) returns void
language sql stable
set search_path = ''
as $$
	select accord.demand_each(
		array(
			select said.id is null or exists (
				select
				from restricted.partnership_member as m
				where m.partnership_id = $1 and m.organisation_id = said.id
				and m.state in ('accepted', 'disputed', 'left')
			)
			from pg_catalog.unnest(ids) with ordinality as said (id, place)
			order by said.place
		),
		pointer, 'The organisation is no member.'
	)
$$;

comment on function accord.demand_members(uuid, uuid[], text) is
	'Refuses organisations that are no members, nor were; null is none. The pointer has %s for a place in the list.';

create function accord.organisations_of(list jsonb) returns uuid[]
language sql immutable parallel safe
return array(
	select (said.one ->> 'organisation')::uuid
	from jsonb_array_elements(list) with ordinality as said (one, place)
	order by said.place
);

comment on function accord.organisations_of(jsonb) is 'The "organisation" of each of a list, in order; null where one has none.';

-- Of seats and actions there are thousands, of organisations few.
create function accord.governance_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return (
		select coalesce(sum(octet_length(to_json(b)::text) + 200), 0)
		from restricted.partnership_board as b
		where b.partnership_id = $1
	) + (
		select coalesce(sum(
			octet_length(to_json(m)::text) + octet_length(to_json(b.name)::text) + accord.name_bytes(m.host_id) + 200
		), 0)
		from restricted.partnership_meeting as m
		join restricted.partnership_board as b on b.id = m.board_id
		where m.partnership_id = $1
	) + (
		select coalesce(sum(octet_length(to_json(r)::text) + accord.name_bytes(r.reviewer_id) + 200), 0)
		from restricted.partnership_review as r
		where r.partnership_id = $1
	) + (
		select coalesce(sum(named.times * (accord.name_bytes(named.id) + 20)), 0)
		from (
			select (s.one ->> 'organisation')::uuid as id, count(*) as times
			from (
				select b.seats from restricted.partnership_board as b where b.partnership_id = $1
				union all
				select m.actions from restricted.partnership_meeting as m where m.partnership_id = $1
			) as l (list)
			cross join jsonb_array_elements(l.list) as s (one)
			group by id
		) as named
	);
end
$$;

comment on function accord.governance_bytes(uuid) is
	'How many bytes the boards, meetings and reviews of a partnership take in an export.';

create or replace function accord.record_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return accord.partnership_bytes($1) + accord.agreements_bytes($1) + accord.governance_bytes($1);
end
$$;

-- Who recorded or changed what, and when. It has a part of the history alone, and leaves the rest for what binds.
create function accord.note_governance(partnership uuid, kind text, record uuid, known boolean) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
	action text := case when known then 'change-' else 'record-' end || kind;
	place integer;
	hindrance text;
begin
	perform accord.demand(
		count(*) < accord.governance_limit('events')
		and count(*) filter (where e.record_id = record) < accord.governance_limit('events of one'),
		'conflict', null,
		pg_catalog.format(
			'The history has %s events of one board, meeting or review at most, and %s of all.',
			accord.governance_limit('events of one'), accord.governance_limit('events')
		)
	)
	from restricted.partnership_event as e
	where e.partnership_id = $1 and e.record_id is not null;
	update restricted.partnership as p set events = p.events + 1 where p.id = $1 returning p.events into place;
	hindrance := accord.history_hindrance(place - 1, action);
	perform accord.demand(hindrance is null, 'conflict', null, hindrance);
	insert into restricted.partnership_event (partnership_id, number, at, action, organisation_id, record_id)
	values ($1, place, accord.now(), action, accord.caller_organisation(), record);
	perform accord.demand_room($1);
end
$$;

comment on function accord.note_governance(uuid, text, uuid, boolean) is
	'Adds to the history of a partnership, which is locked, that a board, meeting or review was recorded or changed.';

-- Minutes are those of who took them.
create function accord.demand_minutes(partnership uuid, meeting uuid, body jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
begin
	perform accord.demand(
		'lead' = any (accord.partnership_standing($1))
		or m.recorded_by = any (accord.absorbed(accord.caller_organisation())) or (
			m.board_id, m.held_on, m.host_id, m.summary, m.decisions
		) is not distinct from (
			(body ->> 'board')::uuid, (body ->> 'held_on')::date, (body ->> 'host')::uuid, body ->> 'summary',
			coalesce(body -> 'decisions', '[]')
		),
		'forbidden', '/decisions', 'Only lead or the member that recorded the meeting may change more than its actions.'
	)
	from restricted.partnership_meeting as m
	where m.partnership_id = $1 and m.id = meeting;
end
$$;

comment on function accord.demand_minutes(uuid, uuid, jsonb) is
	'Refuses that others than a lead or who recorded a meeting change what it decided.';

create function accord.keep_board(partnership uuid, board uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known boolean := exists (
		select from restricted.partnership_board as o where o.id = board
	);
begin
	perform accord.demand_governing($1);
	perform accord.demand(
		count(*) < accord.governance_limit('boards') or bool_or(b.id = board), 'conflict', null,
		pg_catalog.format('A partnership has %s boards at most.', accord.governance_limit('boards'))
	)
	from restricted.partnership_board as b
	where b.partnership_id = $1;
	perform accord.demand_members($1, accord.organisations_of(body -> 'seats'), '/seats/%s/organisation');
	insert into restricted.partnership_board as kept (id, partnership_id, name, terms, seats, created_at)
	select
		board, $1, body ->> 'name', body ->> 'terms', (
			select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
				'organisation', s.one -> 'organisation', 'community', s.one -> 'community',
				'seniority', s.one -> 'seniority', 'role', coalesce(s.one ->> 'role', 'member'),
				'votes', coalesce((s.one ->> 'votes')::integer, 1)
			) order by s.place), '[]')
			from pg_catalog.jsonb_array_elements(coalesce(body -> 'seats', '[]')) with ordinality as s (one, place)
		), accord.now()
	on conflict on constraint partnership_board_pkey do update
	set (name, terms, seats) = row (excluded.name, excluded.terms, excluded.seats)
	where kept.partnership_id = $1;
	perform accord.note_governance($1, 'board', board, known);
end
$$;

comment on function accord.keep_board(uuid, uuid, jsonb) is 'Records a board of a partnership, or changes it.';

create function accord.keep_meeting(partnership uuid, meeting uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known boolean := exists (
		select from restricted.partnership_meeting as o where o.id = meeting
	);
begin
	perform accord.demand_governing($1);
	perform accord.demand_minutes($1, meeting, body);
	perform accord.demand(
		(body ->> 'held_on')::date <= accord.today(), 'rule-broken', '/heldOn', 'The day is still to come.'
	);
	perform accord.demand(
		count(*) < accord.governance_limit('meetings') or bool_or(m.id = meeting), 'conflict', null,
		pg_catalog.format('A partnership has %s meetings at most.', accord.governance_limit('meetings'))
	)
	from restricted.partnership_meeting as m
	where m.partnership_id = $1;
	perform accord.demand(
		exists (
			select
			from restricted.partnership_board as b
			where b.id = (body ->> 'board')::uuid and b.partnership_id = $1
		),
		'rule-broken', '/board', 'The partnership has no such board.'
	);
	perform accord.demand_members($1, array[(body ->> 'host')::uuid], '/host');
	perform accord.demand_members($1, accord.organisations_of(body -> 'actions'), '/actions/%s/organisation');
	insert into restricted.partnership_meeting as kept (
		id, partnership_id, board_id, held_on, host_id, summary, decisions, actions, recorded_by, created_at
	)
	select
		meeting, $1, (body ->> 'board')::uuid, (body ->> 'held_on')::date, (body ->> 'host')::uuid, body ->> 'summary',
		coalesce(body -> 'decisions', '[]'), (
			select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
				'text', a.one -> 'text', 'organisation', a.one -> 'organisation', 'dueOn', a.one -> 'due_on',
				'state', coalesce(a.one ->> 'state', 'open')
			) order by a.place), '[]')
			from pg_catalog.jsonb_array_elements(coalesce(body -> 'actions', '[]')) with ordinality as a (one, place)
		), accord.caller_organisation(), accord.now()
	on conflict on constraint partnership_meeting_pkey do update
	set (board_id, held_on, host_id, summary, decisions, actions) = row (
		excluded.board_id, excluded.held_on, excluded.host_id, excluded.summary, excluded.decisions, excluded.actions
	)
	where kept.partnership_id = $1;
	perform accord.note_governance($1, 'meeting', meeting, known);
end
$$;

comment on function accord.keep_meeting(uuid, uuid, jsonb) is 'Records a meeting of a board, or changes what is recorded of it.';

create function accord.keep_review(partnership uuid, review uuid, body jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
	known boolean := exists (
		select from restricted.partnership_review as o where o.id = review
	);
begin
	perform accord.demand_governing($1);
	perform accord.demand(
		((body ->> 'held_on')::date <= accord.today()) is not false, 'rule-broken', '/heldOn',
		'The day is still to come.'
	);
	perform accord.demand(
		count(*) < accord.governance_limit('reviews') or bool_or(r.id = review), 'conflict', null,
		pg_catalog.format('A partnership has %s reviews at most.', accord.governance_limit('reviews'))
	)
	from restricted.partnership_review as r
	where r.partnership_id = $1;
	perform accord.demand_organisations(
		pg_catalog.array_remove(array[(body ->> 'reviewer')::uuid], null), '/reviewer'
	);
	insert into restricted.partnership_review as kept (
		id, partnership_id, due_on, purpose, reviewer_id, held_on, findings, created_at
	)
	values (
		review, $1, (body ->> 'due_on')::date, body ->> 'purpose', (body ->> 'reviewer')::uuid,
		(body ->> 'held_on')::date, body ->> 'findings', accord.now()
	)
	on conflict on constraint partnership_review_pkey do update
	set (due_on, purpose, reviewer_id, held_on, findings) = row (
		excluded.due_on, excluded.purpose, excluded.reviewer_id, excluded.held_on, excluded.findings
	)
	where kept.partnership_id = $1;
	perform accord.note_governance($1, 'review', review, known);
end
$$;

comment on function accord.keep_review(uuid, uuid, jsonb) is 'Records when partners look back, or what they found.';

-- Whoever sees a partnership sees how it is governed; nobody but the functions above changes anything.

do $$
declare
	name text;
begin
	foreach name in array array['partnership_board', 'partnership_meeting', 'partnership_review'] loop
		call accord.protect(name);
		execute format(
			'create policy party on restricted.%1$I for select to accord_api using (exists ('
			'select from restricted.partnership_member as m where m.partnership_id = %1$I.partnership_id'
			' and m.organisation_id = any ((select accord.caller_organisations())::uuid[])'
			' and m.state = ''accepted'' offset 0))', name
		);
	end loop;
end
$$;

grant select on restricted.partnership_board, restricted.partnership_meeting, restricted.partnership_review
	to accord_api;
grant execute on function accord.keep_board(uuid, uuid, jsonb), accord.keep_meeting(uuid, uuid, jsonb),
	accord.keep_review(uuid, uuid, jsonb)
	to accord_api;

commit;
