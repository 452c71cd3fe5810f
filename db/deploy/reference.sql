-- SPDX-License-Identifier: MIT
-- Deploy accord:reference to pg
-- requires: schemas

begin;

-- Texts in one index of many columns; its operators are found where PostGIS' are.
create extension btree_gin with schema postgis;
comment on schema postgis is 'The extensions PostGIS and btree_gin, alone.';

set local role accord_owner;

-- Rows within the JSON of a row: of a named type they cost the least, in planning and in running.
create type accord.counted as (value integer, symbol text, reason text);
create type accord.measured as (value numeric, symbol text, reason text);
create type accord.location as (
	longitude double precision, latitude double precision, easting integer, northing integer
);

comment on type accord.counted is 'A whole number, or why there is none, as JSON shows it.';
comment on type accord.measured is 'A number, or why there is none, as JSON shows it.';
comment on type accord.location is 'A place in WGS84 and on the British National Grid as JSON shows it.';

create function accord.symbol_meaning(symbol text) returns text
language sql immutable parallel safe
return case symbol
	when 'c' then 'Confidential'
	when 'low' then 'Rounds to zero'
	when 'u' then 'Unreliable'
	when 'x' then 'Unavailable in the source'
	when 'z' then 'Not applicable'
end;

comment on function accord.symbol_meaning(text) is 'What a symbol in the place of a number says.';

create function accord.measure(value integer, symbol text) returns accord.counted
language sql immutable parallel safe
return row(value, symbol, accord.symbol_meaning(symbol))::accord.counted;

comment on function accord.measure(integer, text) is
	'A whole number, or the symbol for why there is none with its meaning.';

create function accord.measure(value numeric, symbol text) returns accord.measured
language sql immutable parallel safe
return row(value, symbol, accord.symbol_meaning(symbol))::accord.measured;

comment on function accord.measure(numeric, text) is 'A number, or the symbol for why there is none with its meaning.';

-- As lower(), which takes three times as long over letters of any alphabet: most names are ASCII.
create function accord.lower_text(words text) returns text
language sql immutable parallel safe
return case when octet_length(words) = length(words) then lower(words collate "C") else lower(words) end;

comment on function accord.lower_text(text) is 'Text in small letters, whatever the alphabet.';

-- One way to cut text into words, stored or searched for: small letters without accents, and digits. Apostrophes
-- vanish, since people leave them out. Most names are plain, most others ASCII: they are spared what takes longer; and
-- a space alone is one already, which would be replaced as often as there are words.
create function accord.search_text(words text) returns text
language sql immutable parallel safe
return replace(
	' ' || case
		when words collate "C" !~ '[^a-zA-Z0-9 ]' then lower(words collate "C")
		when octet_length(words) = length(words) then regexp_replace(
			replace(replace(replace(lower(words collate "C"), '&', ' and '), '''', ''), '`', ''),
			'(?: *[^a-z0-9 ]|  )[^a-z0-9]*', ' ', 'g'
		)
		else regexp_replace(
			translate(
				regexp_replace(
					replace(lower(normalize(words, nfd)), '&', ' and '),
					U&'[''`\2018\2019\02BC\00B4\0300-\036F]', '', 'g'
				),
				'øłđæœ', 'oldao'
			) collate "C",
			'(?: *[^a-z0-9 ]|  )[^a-z0-9]*', ' ', 'g'
		)
	end || ' ',
	' saint ', ' st '
);

comment on function accord.search_text(text) is
	'Text as search compares it: words of small letters without accents and digits, spaces around them; "&" is "and", '
	'"saint" is "st".';

-- Most postcodes have one space, in its place; of the others it is put there, which takes longer.
create function accord.search_postcode(postcode text) returns text
language sql immutable parallel safe
return lower(
	case
		when strpos(postcode, ' ') = length(postcode) - 3 and octet_length(postcode) >= 6 then replace(
			postcode, ' ', ' ' || left(postcode, -4) || '_' || left(right(postcode, 3), 1) || ' _'
		)
		when length(replace(postcode, ' ', '')) < 5 then postcode
		else left(replace(postcode, ' ', ''), -3) || ' ' || left(replace(postcode, ' ', ''), -3) || '_'
			|| left(right(postcode, 3), 1) || ' _' || right(postcode, 3)
	end collate "C"
);

comment on function accord.search_postcode(text) is
	'A postcode in words of search: NW1 8QL is the district nw1, its sector nw1_8 and the unit _8ql.';

-- Not one of its functions is less than immutable, so that a row's document is computed in place. There are neither
-- positions nor weights in it, which would take twice as long: what is found is ranked by its name.
create function accord.search_document(names text, town text, postcode text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array_remove(
	string_to_array(
		accord.search_text(names || coalesce(' ' || town, '')) || coalesce(' ' || accord.search_postcode(postcode), ''),
		' '
	),
	''
));

comment on function accord.search_document(text, text, text) is
	'What search matches: the words of names, town and postcode.';

create table reference.region (
	code text not null,
	name text not null,
	constraint region_pkey primary key (code),
	constraint region_code_form check (code ~ '^E1[0-9]{7}$'),
	constraint region_name_given check (name <> '')
);

comment on table reference.region is 'Regions of England, with the two parts of London that statistics use.';
comment on column reference.region.code is 'ONS code, E12000007.';
comment on column reference.region.name is 'Name, as the publisher spells it.';

create table reference.local_authority (
	code text collate "C" not null,
	old_code text collate "C",
	name text not null,
	sort_name text collate "C" generated always as (accord.lower_text(name)) stored,
	region_code text,
	status text not null,
	opened_on date,
	closed_on date,
	boundary postgis.geometry (multipolygon, 4326),
	boundary_geojson json,
	brief json,
	region_brief json,
	constraint local_authority_pkey primary key (code),
	constraint local_authority_region_fkey foreign key (region_code)
		references reference.region (code) on delete restrict,
	constraint local_authority_code_form check (code ~ '^E[01][0-9]{7}$'),
	constraint local_authority_old_code_form check (old_code ~ '^[0-9]{3}$'),
	constraint local_authority_name_given check (octet_length(name) between 1 and 1000),
	constraint local_authority_status_known check (status in ('live', 'terminated')),
	constraint local_authority_dates_ordered check (closed_on >= opened_on),
	constraint local_authority_boundary_whole check ((boundary is null) = (boundary_geojson is null))
);

create function reference.local_authority_write_brief() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
	new.brief := (select row_to_json(m) from (select new.code, new.old_code as "oldCode", new.name) m);
	new.region_brief := (
		select row_to_json(m) from (select r.code, r.name from reference.region r where r.code = new.region_code) m
	);
	return new;
end
$$;

comment on function reference.local_authority_write_brief() is
	'Keeps ready what a school says of its authority: built for each row, it was a third of a page''s time.';

create trigger local_authority_brief
before insert or update on reference.local_authority
for each row execute function reference.local_authority_write_brief();

create function reference.region_rewrite_briefs() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
	update reference.local_authority set region_code = new.code where region_code = new.code;
	return null;
end
$$;

comment on function reference.region_rewrite_briefs() is 'A region renamed is renamed in its authorities'' briefs too.';

create trigger region_briefs
after update on reference.region
for each row execute function reference.region_rewrite_briefs();

create unique index local_authority_live_old_code_key on reference.local_authority (old_code) where status = 'live';
create index local_authority_old_code_idx on reference.local_authority (old_code);
create index local_authority_name_idx on reference.local_authority (sort_name, code);
create index local_authority_region_idx on reference.local_authority (region_code, sort_name, code);
create index local_authority_boundary_idx on reference.local_authority using gist (boundary);

comment on table reference.local_authority is
	'Authorities responsible for education in England, living and terminated.';
comment on column reference.local_authority.code is 'ONS code, E09000007.';
comment on column reference.local_authority.old_code is
	'The Department for Education''s three digits, unique among living authorities; null where there is none.';
comment on column reference.local_authority.name is 'Name, as the publisher spells it.';
comment on column reference.local_authority.sort_name is
	'Name in lower case, compared by code point: the order of lists.';
comment on column reference.local_authority.region_code is
	'Region it lies in; null until a file that knows the region is imported.';
comment on column reference.local_authority.status is 'live or terminated.';
comment on column reference.local_authority.opened_on is 'First day of operation.';
comment on column reference.local_authority.closed_on is 'Last day of operation.';
comment on column reference.local_authority.brief is 'Code, old code and name as other records show them.';
comment on column reference.local_authority.region_brief is 'Code and name of its region as other records show them.';
comment on column reference.local_authority.boundary is
	'Boundary in WGS84; null where no boundary file has been imported.';
comment on column reference.local_authority.boundary_geojson is
	'The boundary as GeoJSON, 6 decimals, kept so that a read need not compute it.';

create table reference.establishment_group (
	code text not null,
	name text not null,
	sector text,
	constraint establishment_group_pkey primary key (code),
	constraint establishment_group_name_key unique (name),
	constraint establishment_group_sector_known check (sector in ('state', 'independent'))
);

comment on table reference.establishment_group is 'Groups of establishment types (EstablishmentTypeGroup).';
comment on column reference.establishment_group.code is 'Code without leading zeros.';
comment on column reference.establishment_group.name is 'Name, as the publisher spells it.';
comment on column reference.establishment_group.sector is 'state or independent; null where the group does not tell.';

create table reference.establishment_type (
	code text not null,
	name text not null,
	group_code text,
	sector text,
	constraint establishment_type_pkey primary key (code),
	constraint establishment_type_name_key unique (name),
	constraint establishment_type_group_fkey foreign key (group_code)
		references reference.establishment_group (code) on delete restrict,
	constraint establishment_type_sector_known check (sector in ('state', 'independent'))
);

create index establishment_type_group_idx on reference.establishment_type (group_code);

comment on table reference.establishment_type is 'Types of establishment (TypeOfEstablishment).';
comment on column reference.establishment_type.code is 'Code without leading zeros.';
comment on column reference.establishment_type.name is 'Name, as the publisher spells it.';
comment on column reference.establishment_type.group_code is 'Group of the type.';
comment on column reference.establishment_type.sector is
	'state or independent, by the type or else its group; null where neither tells.';

create table reference.code (
	list text not null,
	code text not null,
	name text not null,
	constraint code_pkey primary key (list, code),
	constraint code_list_given check (octet_length(list) between 1 and 1000),
	constraint code_code_bounded check (octet_length(code) <= 1000),
	constraint code_name_given check (name <> '')
);

create index code_name_idx on reference.code (list, lower(name));

comment on table reference.code is
	'The publisher''s other code lists: PhaseOfEducation, EstablishmentStatus, ReligiousCharacter, Gender, …';
comment on column reference.code.list is 'Name of the list, as the publisher spells it.';
comment on column reference.code.code is 'Code without leading zeros.';
comment on column reference.code.name is 'Name, as the publisher spells it.';

-- What is sorted or looked up is compared by code point: the fastest order, and the same on every machine. The columns
-- that lists are narrowed and ordered by come first: what stands behind others takes longer to reach.
create table reference.school (
	urn integer not null,
	pupils integer,
	fsm_percent numeric(4, 1),
	statutory_low_age smallint,
	statutory_high_age smallint,
	easting integer,
	northing integer,
	grid postgis.geometry (point, 27700),
	local_authority_code text collate "C",
	sort_name text collate "C" generated always as (accord.lower_text(name)) stored,
	phase_name text collate "C",
	type_name text collate "C",
	type_group_name text,
	sector text,
	status_name text collate "C",
	gender_name text,
	religious_character_name text collate "C",
	name text not null,
	document tsvector generated always as (accord.search_document(name, town, postcode)) stored,
	establishment_number text,
	la_estab text collate "C",
	ukprn text,
	type_code text,
	type_group_code text,
	status_code text,
	phase_code text,
	opened_on date,
	closed_on date,
	religious_character_code text,
	capacity integer,
	capacity_symbol text,
	pupils_symbol text,
	boys integer,
	girls integer,
	fsm_pupils integer,
	fsm_percent_symbol text,
	street text,
	locality text,
	address3 text,
	town text,
	county text,
	postcode text,
	website text,
	telephone text,
	ward_name text,
	district_name text,
	longitude double precision,
	latitude double precision,
	source_date date,
	local_authority_brief json,
	region_brief json,
	constraint school_pkey primary key (urn),
	constraint school_local_authority_fkey foreign key (local_authority_code)
		references reference.local_authority (code) on delete restrict,
	constraint school_urn_positive check (urn > 0),
	constraint school_name_given check (octet_length(name) between 1 and 1000),
	-- To look for what is no digit takes half as long as to count digits by an expression.
	constraint school_establishment_number_form check (
		octet_length(establishment_number) = 4 and establishment_number !~ '[^0-9]'
	),
	constraint school_la_estab_form check (octet_length(la_estab) = 7 and la_estab !~ '[^0-9]'),
	constraint school_ukprn_form check (octet_length(ukprn) = 8 and ukprn !~ '[^0-9]'),
	constraint school_sector_known check (sector in ('state', 'independent')),
	constraint school_ages_ordered check (statutory_low_age >= 0 and statutory_high_age >= statutory_low_age),
	constraint school_counts_positive check (
		capacity >= 0 and pupils >= 0 and boys >= 0 and girls >= 0 and fsm_pupils >= 0
	),
	constraint school_fsm_percent_range check (fsm_percent between 0 and 100),
	constraint school_symbol_or_value check (
		(capacity is null or capacity_symbol is null) and (pupils is null or pupils_symbol is null)
		and (fsm_percent is null or fsm_percent_symbol is null)
	),
	constraint school_location_whole check (
		num_nulls(easting, northing, grid, longitude, latitude) in (0, 5)
	)
);

-- One index an order, read forwards and backwards; its second column is the tie-breaker of the list's cursor.
create index school_name_idx on reference.school (sort_name, urn);
create index school_pupils_idx on reference.school (pupils, urn);
create index school_fsm_percent_idx on reference.school (fsm_percent, urn);
create index school_grid_idx on reference.school using gist (grid);
create index school_document_idx on reference.school using gin (document) with (fastupdate = off);
create index school_without_location_idx on reference.school (urn) where grid is null;

-- An authority has few schools, so its list comes from here in order. The other filters are either frequent, and then
-- the index of the order finds a page soon, or rare, and then sorting what they find is nothing: one index has them
-- all, alone or together, at a quarter of what an index each would cost an import. It would read ranges end to end.
create index school_local_authority_idx on reference.school (local_authority_code, sort_name, urn);
create index school_filters_idx on reference.school using gin (
	phase_name, type_name, type_group_name, sector, status_name, gender_name, religious_character_name
) with (fastupdate = off);
create index school_ages_idx on reference.school (statutory_high_age, statutory_low_age);
create index school_la_estab_idx on reference.school (la_estab);
create index school_ukprn_idx on reference.school (ukprn) where ukprn is not null;

-- Gathering statistics would be the longest part of an import: none of what nothing is looked up by, and of the rest
-- from a sample of 6,000 rows.
alter table reference.school
	alter column name set statistics 0,
	alter column document set statistics 0,
	alter column establishment_number set statistics 0,
	alter column type_code set statistics 0,
	alter column type_group_code set statistics 0,
	alter column status_code set statistics 0,
	alter column phase_code set statistics 0,
	alter column opened_on set statistics 0,
	alter column closed_on set statistics 0,
	alter column religious_character_code set statistics 0,
	alter column capacity set statistics 0,
	alter column capacity_symbol set statistics 0,
	alter column pupils_symbol set statistics 0,
	alter column boys set statistics 0,
	alter column girls set statistics 0,
	alter column fsm_pupils set statistics 0,
	alter column fsm_percent_symbol set statistics 0,
	alter column street set statistics 0,
	alter column locality set statistics 0,
	alter column address3 set statistics 0,
	alter column town set statistics 0,
	alter column county set statistics 0,
	alter column postcode set statistics 0,
	alter column website set statistics 0,
	alter column telephone set statistics 0,
	alter column ward_name set statistics 0,
	alter column district_name set statistics 0,
	alter column easting set statistics 0,
	alter column northing set statistics 0,
	alter column longitude set statistics 0,
	alter column latitude set statistics 0,
	alter column source_date set statistics 0,
	alter column local_authority_brief set statistics 0,
	alter column region_brief set statistics 0,
	alter column urn set statistics 20,
	alter column sort_name set statistics 20,
	alter column local_authority_code set statistics 20,
	alter column la_estab set statistics 20,
	alter column ukprn set statistics 20,
	alter column type_name set statistics 20,
	alter column type_group_name set statistics 20,
	alter column sector set statistics 20,
	alter column status_name set statistics 20,
	alter column phase_name set statistics 20,
	alter column statutory_low_age set statistics 20,
	alter column statutory_high_age set statistics 20,
	alter column gender_name set statistics 20,
	alter column religious_character_name set statistics 20,
	alter column pupils set statistics 20,
	alter column fsm_percent set statistics 20,
	alter column grid set statistics 20;

create function reference.local_authority_rewrite_schools() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
	update reference.school
	set local_authority_brief = new.brief, region_brief = new.region_brief
	where local_authority_code = new.code
	and (local_authority_brief::text, region_brief::text) is distinct from (new.brief::text, new.region_brief::text);
	return null;
end
$$;

comment on function reference.local_authority_rewrite_schools() is
	'Renames an authority or region in its schools too: looked up for each, it was a fifth of a page''s time.';

create trigger local_authority_schools
after update on reference.local_authority
for each row execute function reference.local_authority_rewrite_schools();

comment on table reference.school is
	'Establishments of Get Information About Schools. Head teachers'' names are not kept.';
comment on column reference.school.urn is
	'Unique reference number: six digits for schools, five for children''s centres.';
comment on column reference.school.name is 'Name, as the publisher spells it.';
comment on column reference.school.sort_name is 'Name in lower case, compared by code point: the order of lists.';
comment on column reference.school.document is 'What search matches: the words of its name, town and postcode.';
comment on column reference.school.local_authority_code is 'Authority it lies in; null outside England.';
comment on column reference.school.local_authority_brief is
	'Code, old code and name of its authority, kept by the authority''s trigger.';
comment on column reference.school.region_brief is
	'Code and name of its authority''s region, kept by the authority''s trigger.';
comment on column reference.school.establishment_number is
	'Four digits, unique within an authority''s open schools; null for children''s centres.';
comment on column reference.school.la_estab is
	'The authority''s three digits and the establishment number: the key of older statistics.';
comment on column reference.school.ukprn is 'UK provider reference number, eight digits.';
comment on column reference.school.type_code is 'Type, a code of reference.establishment_type.';
comment on column reference.school.type_name is 'Type by name.';
comment on column reference.school.type_group_code is 'Group of the type, a code of reference.establishment_group.';
comment on column reference.school.type_group_name is 'Group of the type by name.';
comment on column reference.school.sector is 'state or independent; null where the source does not tell.';
comment on column reference.school.status_code is 'Code of list EstablishmentStatus.';
comment on column reference.school.status_name is 'Open, Closed, ... as the publisher spells it.';
comment on column reference.school.phase_code is 'Code of list PhaseOfEducation.';
comment on column reference.school.phase_name is 'Primary, Secondary, ... as the publisher spells it.';
comment on column reference.school.opened_on is 'Day it opened; null is unknown.';
comment on column reference.school.closed_on is 'Day it closed or will close.';
comment on column reference.school.statutory_low_age is 'Lowest age it may teach.';
comment on column reference.school.statutory_high_age is 'Highest age it may teach.';
comment on column reference.school.gender_name is 'Boys, Girls, Mixed, ... as the publisher spells it.';
comment on column reference.school.religious_character_code is 'Code of list ReligiousCharacter.';
comment on column reference.school.religious_character_name is 'Religious character by name.';
comment on column reference.school.capacity is 'Places.';
comment on column reference.school.capacity_symbol is
	'Why capacity is null: x unavailable, z not applicable, c confidential, low.';
comment on column reference.school.pupils is 'Pupils at the last census.';
comment on column reference.school.pupils_symbol is
	'Why pupils is null: x unavailable, z not applicable, c confidential, low.';
comment on column reference.school.boys is 'Boys at the last census.';
comment on column reference.school.girls is 'Girls at the last census.';
comment on column reference.school.fsm_pupils is 'Pupils eligible for free school meals.';
comment on column reference.school.fsm_percent is 'Percentage of pupils eligible for free school meals.';
comment on column reference.school.fsm_percent_symbol is
	'Why fsm_percent is null: x unavailable, z not applicable, c confidential, low.';
comment on column reference.school.street is 'Address: street.';
comment on column reference.school.locality is 'Address: locality.';
comment on column reference.school.address3 is 'Address: third line.';
comment on column reference.school.town is 'Address: town.';
comment on column reference.school.county is 'Address: county.';
comment on column reference.school.postcode is 'Address: postcode.';
comment on column reference.school.website is 'Website, as the publisher spells it; often without a scheme.';
comment on column reference.school.telephone is 'Telephone of the school.';
comment on column reference.school.ward_name is 'Electoral ward.';
comment on column reference.school.district_name is 'Administrative district.';
comment on column reference.school.easting is 'British National Grid, metres.';
comment on column reference.school.northing is 'British National Grid, metres.';
comment on column reference.school.grid is 'The point in British National Grid (EPSG:27700): distances in metres.';
comment on column reference.school.longitude is 'WGS84, 6 decimals.';
comment on column reference.school.latitude is 'WGS84, 6 decimals.';
comment on column reference.school.source_date is
	'Date of the file that last changed the row, where its name tells one.';

-- The sector that a type (first) or its group tells. Three groups mix sectors and tell nothing by themselves.
create function accord.establishment_sector(type_name text, group_name text) returns text
language sql immutable parallel safe
return case
	when type_name in ('Other independent special school', 'Other independent school') then 'independent'
	when type_name in ('City technology college', 'Service children''s education') then 'state'
	when group_name = 'Independent schools' then 'independent'
	when group_name in (
		'Academies', 'Colleges', 'Free Schools', 'Local authority maintained schools', 'Special schools'
	) then 'state'
end;

comment on function accord.establishment_sector(text, text) is
	'state, independent or null, by the name of an establishment''s type and group.';

-- Only an owner may analyze; the worker has to, since statistics of a freshly loaded table are a guess.
create function accord.analyze_reference() returns void
language plpgsql security definer
set search_path = ''
as $$
declare
	target regclass;
begin
	for target in
		select oid from pg_catalog.pg_class where relnamespace = 'reference'::regnamespace and relkind = 'r'
	loop
		execute format('analyze %s', target);
	end loop;
end
$$;

comment on function accord.analyze_reference() is
	'Gathers planner statistics of all reference tables; called at the end of an import.';

-- Building an index over what has been written takes a third of the time that keeping it costs while writing. So the
-- first import of schools writes without, in its own transaction, which shuts readers out of those tables until it
-- ends: of tables in which there was nothing to read, and with the schools, of what is derived from them. It must never
-- wait for a reader that waits for it: it gives up, and the import goes on with its indexes.
create table accord.suspended_index (
	number integer generated always as identity,
	definition text not null,
	constraint suspended_index_pkey primary key (number)
);

comment on table accord.suspended_index is
	'Indexes and keys that the transaction under way has put aside; nobody ever sees a row.';
comment on column accord.suspended_index.number is 'In which order they are made again.';
comment on column accord.suspended_index.definition is 'The statement that makes it again.';

create function accord.suspend_indexes(target regclass, incoming bigint) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '100ms'
as $$
declare
	aside record;
	present bigint;
	shut boolean;
begin
	if (select relnamespace <> 'reference'::regnamespace from pg_class where oid = target) then
		raise 'accord.suspend_indexes() is for reference tables, not %', target;
	end if;
	execute format('select count(*) from %s', target) into present;
	shut := exists (
		select
		from pg_locks
		where
			pid = pg_backend_pid()
			and relation = 'reference.school'::regclass
			and mode = 'AccessExclusiveLock'
	);
	if incoming <= greatest(1000, present) or (
		present > 0 and not shut and (target <> 'reference.school'::regclass or incoming <= 4 * present)
	) then
		return false;
	end if;
	begin
		execute format('lock table %s in access exclusive mode', target);
	exception when lock_not_available then
		return false;
	end;
	for aside in
		select
			format('alter table %s drop constraint %I', target, conname) as drop,
			format('alter table %s add constraint %I %s', target, conname, pg_get_constraintdef(oid)) as make
		from pg_constraint
		where conrelid = target and contype in ('p', 'u')
		union all
		select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
		from pg_index
		where
			indrelid = target
			and (present = 0 or indpred is null)
			and not exists (select from pg_constraint where conindid = indexrelid)
	loop
		insert into accord.suspended_index (definition) values (aside.make);
		execute aside.drop;
	end loop;
	return true;
end
$$;

comment on function accord.suspend_indexes(regclass, bigint) is
	'Puts aside the indexes and keys of a reference table when the rows incoming are many: more than it has, if it is '
	'empty or the schools are shut already, or four times as many schools; false when it is not so, or readers hold the '
	'table. Partial indexes of a table with rows stay: few of the schools that become organisations are in them. '
	'Foreign keys stay: to drop one waits for the readers of the other table, and shuts that too.';

-- A second process takes longer to begin, with the libraries that this one has loaded, than it spares.
create function accord.restore_indexes() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set max_parallel_maintenance_workers = 0
as $$
declare
	aside record;
begin
	for aside in select definition from accord.suspended_index order by number loop
		execute aside.definition;
	end loop;
	delete from accord.suspended_index;
end
$$;

comment on function accord.restore_indexes() is 'Makes again what accord.suspend_indexes() has put aside.';

grant execute on function accord.lower_text(text), accord.search_text(text), accord.search_postcode(text),
	accord.search_document(text, text, text)
	to accord_api, accord_worker;
grant execute on function accord.measure(integer, text), accord.measure(numeric, text), accord.symbol_meaning(text)
	to accord_api, accord_worker;
grant execute on function accord.establishment_sector(text, text) to accord_worker;
grant execute on function accord.suspend_indexes(regclass, bigint), accord.restore_indexes() to accord_worker;
grant execute on function accord.analyze_reference() to accord_worker;

commit;
