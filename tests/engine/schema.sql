-- SPDX-License-Identifier: MIT
-- The tables of the engine's own contract: whatever a write can break, by name, and whatever a list can order by.

begin;

create schema engine authorization accord_owner;
grant usage on schema engine to accord_api;

set local role accord_owner;

create table engine.maker (
	id integer primary key,
	name text not null,
	constraint widget_quantity_bounded check (id <= 1000000)
);

comment on table engine.maker is 'Who makes widgets; the far end of a foreign key.';
comment on constraint widget_quantity_bounded on engine.maker is
	'conflict /makerId This is said of another table''s constraint of the same name.';

create domain engine.serial as text constraint widget_code_taken check (value <> 'S-0');
comment on constraint widget_code_taken on domain engine.serial is 'rule-broken /serial No widget has this one.';

create table engine.move (
	from_state text not null,
	action text not null,
	to_state text not null,
	primary key (from_state, action)
);

comment on table engine.move is 'The state machine of widgets: what may be done in which state.';

create table engine.widget (
	id uuid primary key,
	version integer not null default 1,
	code text collate "C" not null,
	batch text,
	name text collate "C" not null,
	colour text,
	weight numeric(8, 3),
	quantity integer not null default 0,
	made_on date,
	fragile boolean,
	tags text[] not null default '{}',
	serial engine.serial,
	maker_id integer,
	starts_on date,
	ends_on date,
	shelf int4range,
	longitude double precision,
	latitude double precision,
	state text not null default 'draft',
	created_at timestamptz not null default accord.now(),
	constraint widget_code_taken unique (code),
	constraint widget_serial_taken unique (serial),
	constraint widget_maker_known foreign key (maker_id) references engine.maker (id) on delete restrict,
	constraint widget_dates_in_order check (starts_on <= ends_on),
	constraint widget_quantity_bounded check (quantity <= 1000000),
	constraint widget_shelf_free exclude using gist (shelf with &&)
);

comment on table engine.widget is 'The resource of most tests: each kind of column, constraint and order key.';
comment on constraint widget_code_taken on engine.widget is 'conflict /code Another widget has this code.';
comment on constraint widget_maker_known on engine.widget is 'rule-broken /makerId There is no such maker.';
comment on constraint widget_dates_in_order on engine.widget is 'rule-broken /endsOn It ends before it starts.';
comment on constraint widget_shelf_free on engine.widget is 'conflict /shelf That part of the shelf is taken.';

create index widget_name on engine.widget (name, id);
create index widget_weight on engine.widget (weight, id);
create index widget_made_on on engine.widget (made_on, id);
create index widget_created_at on engine.widget (created_at, id);

create table engine.part (
	id uuid primary key default gen_random_uuid(),
	widget_id uuid not null,
	position integer not null,
	label text not null,
	constraint part_of_widget foreign key (widget_id) references engine.widget (id) on delete restrict
);

comment on table engine.part is 'A list below a resource; it keeps its widget from being deleted.';

create index part_position on engine.part (widget_id, position, id);

create function engine.explode() returns text
language plpgsql stable
as $$
begin
	raise exception 'the secret kettle boiled over';
end
$$;

comment on function engine.explode() is 'Fails with a text that no client may see.';

create function engine.touch() returns text
language sql volatile
as $$
	update engine.widget set version = version returning 'touched'
$$;

comment on function engine.touch() is 'Writes, which a read must not.';

grant execute on function engine.explode(), engine.touch() to accord_api;

create table engine.blob (
	id integer primary key,
	content bytea not null
);

grant select on engine.maker, engine.move to accord_api;
grant select, insert, update, delete on engine.widget, engine.part, engine.blob to accord_api;

-- What is an organisation's own.
create table restricted.note (
	id uuid primary key,
	organisation_id uuid not null,
	text text not null,
	due_on date,
	written_by text not null
);

comment on table restricted.note is 'Read and written by the callers of one organisation.';

create index note_due on restricted.note (due_on, id);
alter table restricted.note enable row level security;
alter table restricted.note force row level security;
create policy own on restricted.note to accord_api
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]))
	with check (organisation_id = any ((select accord.caller_organisations())::uuid[]));
grant select, insert on restricted.note to accord_api;

insert into reference.organisation (id, kind, reference, name, identifiers, resources)
values
	('00000000-0000-8000-a000-00000000000a', 'university', 'a', 'Anvil University', '{}', '{}'),
	('00000000-0000-8000-a000-00000000000b', 'university', 'b', 'Brass University', '{}', '{}');

-- What may be kept in memory: public data, whose changes raise the generation.
create table if not exists reference.generation (
	single boolean primary key default true check (single),
	number bigint not null
);

insert into reference.generation (number) values (1) on conflict do nothing;

create table reference.reading (
	id integer primary key,
	station text not null,
	value bigint not null default 0,
	note text not null default '',
	seconds double precision not null default 0
);

comment on table reference.reading is 'Read from memory; reading one takes as long as its seconds say.';

create function reference.linger(seconds double precision) returns boolean
language plpgsql volatile
as $$
begin
	perform pg_sleep(seconds);
	return true;
end
$$;

comment on function reference.linger(double precision) is 'Takes its time.';

create function engine.raise_generation() returns bigint
language plpgsql volatile
as $$
declare
	raised bigint;
begin
	update reference.generation set number = number + 1 returning number into raised;
	perform pg_notify('accord_generation', raised::text);
	return raised;
end
$$;

comment on function engine.raise_generation() is 'What an import does last.';

grant select on reference.generation, reference.reading to accord_api;
grant execute on function reference.linger(double precision) to accord_api;

insert into engine.maker (id, name) values (1, 'Anvil and Sons'), (2, 'Brass Works');
insert into engine.move (from_state, action, to_state) values ('draft', 'paint', 'painted');

commit;
