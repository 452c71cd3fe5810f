-- SPDX-License-Identifier: MIT
-- Schools. A column that the file lacks leaves what is known alone; a blank in a column that it has clears it.

alter table staging add column local_authority_code text, add column sector text;

-- Rows that stay as they are, most of them, are not written again.
update staging
set reason = judged.reason
from (
	select line as judged_line, case
		when statutory_low_age > statutory_high_age
			then format('StatutoryLowAge: %s is above StatutoryHighAge %s', statutory_low_age, statutory_high_age)
		when (coalesce(easting, 0) = 0) <> (coalesce(northing, 0) = 0)
			then format('Easting: %s and Northing: %s are no point', coalesce(easting, 0), coalesce(northing, 0))
		when easting >= 700000 or northing >= 1300000
			then format('Easting: %s, Northing: %s is outside Great Britain', easting, northing)
	end as reason
	from staging
	where reason is null
) as judged
where judged_line = line and judged.reason is not null;

update staging
set reason = format('URN: %s is in the file before, on line %s', urn, first_line)
from (
	select urn as known, min(line) as first_line from staging where reason is null group by urn having count(*) > 1
) as seen
where reason is null and urn = known and line > first_line;

-- Zero means that nobody knows where it is. A telephone number of nine or ten digits lost its zero in a spreadsheet.
update staging
set
	easting = nullif(easting, 0),
	northing = nullif(northing, 0),
	telephone = case when telephone ~ '^[1-9][0-9]{8,9}$' then '0' || telephone else telephone end
where reason is null and (easting = 0 or northing = 0 or telephone ~ '^[1-9][0-9]{8,9}$');

-- The authority: by its old code, the living one first; else by its new code; by name only in files without any code.
create temporary table authority_of on commit drop as
select
	coalesce(named.la_code, '') as la_code,
	coalesce(named.gss_code, '') as gss_code,
	coalesce(named.la_name, '') as la_name,
	coalesce(
		(
			select authority.code
			from reference.local_authority as authority
			where authority.old_code = named.la_code
			order by authority.status, authority.closed_on desc nulls first, authority.code
			limit 1
		),
		(select code from reference.local_authority where code = named.gss_code),
		(
			select authority.code
			from reference.local_authority as authority
			where
				named.la_code is null
				and named.gss_code is null
				and lower(authority.name) = lower(named.la_name)
			order by authority.status, authority.code
			limit 1
		)
	) as code
from (select distinct la_code, gss_code, la_name from staging where reason is null) as named;

-- 000 is "does not apply"; Wales, the islands and the forces are in the publisher's list but are no English authority.
update staging
set reason = format('LA: authority %s is not known', coalesce(staging.la_code, staging.gss_code, staging.la_name))
from authority_of
where
	staging.reason is null
	and authority_of.code is null
	and coalesce(staging.la_code, staging.gss_code, staging.la_name) is not null
	and authority_of.la_code = coalesce(staging.la_code, '')
	and authority_of.gss_code = coalesce(staging.gss_code, '')
	and authority_of.la_name = coalesce(staging.la_name, '')
	and coalesce(staging.la_code, '') <> '000'
	and not exists (select from reference.code where code.list = 'LA' and code.code = staging.la_code);

do $$
declare
	present text[] := current_setting('accord_import.columns')::text[];
	missing text;
begin
	-- The code and the name of one thing, or a number and its symbol, come from one file.
	-- Coordinates that were derived from others are not known: only the register's own are taken over.
	select string_agg(
		format(
			case when attname in ('easting', 'northing')
				then '%1$I = case when school.location_source = ''register'' then school.%1$I end'
				else '%1$I = school.%1$I'
			end,
			attname
		),
		', '
	)
	into missing
	from pg_catalog.pg_attribute
	where
		attrelid = 'staging'::regclass
		and attnum > 0
		and attname in (
			select known.attname
			from pg_catalog.pg_attribute as known
			where known.attrelid = 'reference.school'::regclass and known.attnum > 0
		)
		and not regexp_replace(attname, '_(code|name|symbol)$', '') in (
			select regexp_replace(given, '_(code|name|symbol)$', '') from unnest(present) as given
			union all
			select 'local_authority' where present && '{la_code,gss_code,la_name}'
			union all
			select 'type_group' where present && '{type_code,type_name}'
			union all
			select 'sector' where present && '{type_code,type_name,school_type}'
		);
	if missing is not null then
		execute format(
			'update staging set %s from reference.school where reason is null and school.urn = staging.urn',
			missing
		);
	end if;
end
$$;

-- Codes that the lists do not know are added, with the name that the file gives them.
insert into reference.establishment_group (code, name, sector)
select distinct on (type_group_code)
	type_group_code, type_group_name, accord.establishment_sector(null, type_group_name)
from staging
where reason is null and type_group_code is not null and type_group_name is not null
on conflict do nothing;

insert into reference.establishment_type (code, name, group_code, sector)
select distinct on (staging.type_code)
	staging.type_code, staging.type_name, known.code, accord.establishment_sector(staging.type_name, known.name)
from staging
left join reference.establishment_group as known on known.code = staging.type_group_code
where staging.reason is null and staging.type_code is not null and staging.type_name is not null
on conflict do nothing;

insert into reference.code (list, code, name)
select distinct on (given.list, given.code) given.list, given.code, given.name
from staging
cross join lateral (
	values
		('EstablishmentTypeGroup', type_group_code, type_group_name),
		('TypeOfEstablishment', type_code, type_name),
		('EstablishmentStatus', status_code, status_name),
		('PhaseOfEducation', phase_code, phase_name),
		('Gender', gender_code, gender_name),
		('ReligiousCharacter', religious_character_code, religious_character_name)
) as given (list, code, name)
where
	staging.reason is null
	and given.code is not null
	and given.name is not null
	and current_setting('accord_import.columns')::text[]
	&& '{type_group_code,type_code,status_code,phase_code,gender_code,religious_character_code}'
on conflict do nothing;

-- "Non-maintained special school" of the list of all London schools is a type of the register; its other words are not.
update staging
set type_name = known.name, type_code = null
from reference.establishment_type as known
where staging.reason is null and known.name = staging.school_type;

-- A code that came without its name.
update staging
set
	status_name = coalesce(
		status_name, (select name from reference.code where list = 'EstablishmentStatus' and code = status_code)
	),
	phase_name = coalesce(
		phase_name, (select name from reference.code where list = 'PhaseOfEducation' and code = phase_code)
	),
	gender_name = coalesce(
		gender_name, (select name from reference.code where list = 'Gender' and code = gender_code)
	),
	religious_character_name = coalesce(
		religious_character_name,
		(select name from reference.code where list = 'ReligiousCharacter' and code = religious_character_code)
	)
where
	reason is null
	and (
		(status_name is null and status_code is not null)
		or (phase_name is null and phase_code is not null)
		or (gender_name is null and gender_code is not null)
		or (religious_character_name is null and religious_character_code is not null)
	);

create temporary table code_of on commit drop as
select distinct on (list, name) list, name, code
from reference.code
where list in ('EstablishmentStatus', 'PhaseOfEducation', 'ReligiousCharacter')
order by list, name, code;

-- Names that came without their code; the type tells its group.
create temporary view coded as
select
	own.*,
	coalesce(told.code, own.local_authority_code) as its_authority,
	coalesce(own.status_code, status.code) as its_status,
	coalesce(own.phase_code, phase.code) as its_phase,
	coalesce(own.religious_character_code, religious_character.code) as its_religious_character,
	coalesce(own.type_code, by_name.code) as its_type,
	coalesce(own.type_name, by_code.name) as its_type_name,
	coalesce(own.type_group_code, named_group.code, known_group.code) as its_group,
	coalesce(own.type_group_name, coded_group.name, known_group.name) as its_group_name
from staging as own
left join authority_of as told
	on told.la_code = coalesce(own.la_code, '')
	and told.gss_code = coalesce(own.gss_code, '')
	and told.la_name = coalesce(own.la_name, '')
left join code_of as status on status.list = 'EstablishmentStatus' and status.name = own.status_name
left join code_of as phase on phase.list = 'PhaseOfEducation' and phase.name = own.phase_name
left join code_of as religious_character
	on religious_character.list = 'ReligiousCharacter' and religious_character.name = own.religious_character_name
left join reference.establishment_type as by_name on by_name.name = own.type_name
left join reference.establishment_type as by_code on by_code.code = own.type_code
left join reference.establishment_group as named_group on named_group.name = own.type_group_name
left join reference.establishment_group as coded_group on coded_group.code = own.type_group_code
left join reference.establishment_group as known_group
	on known_group.code = coalesce(by_code.group_code, by_name.group_code)
where own.reason is null;

-- Where schools stand that are new or have moved, in degrees. All are projected at once, as points of one line: each by
-- itself would have the projection looked up again, which takes longer than the projection.
create temporary table moved_to on commit drop as
with moving as (
	select array_agg(own.urn) as urns, array_agg(st_makepoint(own.easting, own.northing)) as points
	from staging as own
	left join reference.school on school.urn = own.urn
	where
		own.reason is null
		and own.easting is not null
		and (own.easting, own.northing) is distinct from (school.easting, school.northing)
)
select
	spot.urn,
	round(st_x(spot.geom) * 1e6) / 1e6 as longitude,
	round(st_y(spot.geom) * 1e6) / 1e6 as latitude
from moving
cross join lateral rows from (
	unnest(moving.urns),
	st_dumppoints(st_transform(st_setsrid(st_makeline(moving.points), 27700), 4326))
) as spot (urn, path, geom);

-- A row as a school, its columns in the order in which they are written below. A school that has not moved keeps its
-- degrees. A place derived from other schools stays as it is: whether they have moved is looked at when all are stored.
create temporary view arriving (
	urn, name, local_authority_code, establishment_number, la_estab, ukprn, type_code, type_name, type_group_code,
	type_group_name, sector, status_code, status_name, phase_code, phase_name, opened_on, closed_on,
	statutory_low_age, statutory_high_age, gender_name, religious_character_code, religious_character_name,
	capacity, capacity_symbol, pupils, pupils_symbol, boys, girls, fsm_pupils, fsm_percent, fsm_percent_symbol,
	street, locality, address3, town, county, postcode, website, telephone, ward_name, district_name, easting, northing,
	grid, longitude, latitude, location_source, location_precision_metres, local_authority_brief, region_brief
) as
select
	own.urn, own.name, own.its_authority, own.establishment_number,
	coalesce(nullif(own.la_code, '000'), authority.old_code) || own.establishment_number, own.ukprn,
	own.its_type, own.its_type_name, own.its_group, own.its_group_name,
	case
		when own.school_type like 'State-funded%' then 'state'
		when own.school_type like 'Independent%' then 'independent'
		else coalesce(accord.establishment_sector(own.its_type_name, own.its_group_name), own.sector)
	end,
	own.its_status, own.status_name, own.its_phase, own.phase_name, own.opened_on, own.closed_on, own.statutory_low_age,
	own.statutory_high_age, own.gender_name, own.its_religious_character, own.religious_character_name, own.capacity,
	case when own.capacity is null then coalesce(own.capacity_symbol, 'x') end, own.pupils,
	case when own.pupils is null then coalesce(own.pupils_symbol, 'x') end, own.boys, own.girls, own.fsm_pupils,
	own.fsm_percent, case when own.fsm_percent is null then coalesce(own.fsm_percent_symbol, 'x') end,
	own.street, own.locality, own.address3, own.town, own.county, own.postcode, own.website, own.telephone,
	own.ward_name, own.district_name, coalesce(own.easting, derived.easting), coalesce(own.northing, derived.northing),
	coalesce(st_setsrid(st_makepoint(own.easting, own.northing), 27700), derived.grid),
	coalesce(moved_to.longitude, case when own.easting is not null then school.longitude end, derived.longitude),
	coalesce(moved_to.latitude, case when own.easting is not null then school.latitude end, derived.latitude),
	case when own.easting is not null then 'register' else derived.location_source end,
	derived.location_precision_metres, authority.brief, authority.region_brief
from coded as own
left join reference.local_authority as authority on authority.code = own.its_authority
left join reference.school on school.urn = own.urn
left join lateral (
	select
		school.easting, school.northing, school.grid, school.longitude, school.latitude, school.location_source,
		school.location_precision_metres
	where own.easting is null and school.location_source = 'postcodeDistrict'
) as derived on true
left join moved_to on moved_to.urn = own.urn;

create temporary table added on commit drop as
select urn
from staging
where reason is null and not exists (select from reference.school where school.urn = staging.urn);

-- Of schools that are known, what is as it was goes away; what is left is written, and dated by its file. What search
-- matches is derived when a school is written: here it is only what a known one keeps.
create temporary table incoming (like reference.school including generated) on commit drop;
alter table incoming alter column document drop expression;

insert into incoming (
	urn, name, local_authority_code, establishment_number, la_estab, ukprn, type_code, type_name, type_group_code,
	type_group_name, sector, status_code, status_name, phase_code, phase_name, opened_on, closed_on,
	statutory_low_age, statutory_high_age, gender_name, religious_character_code, religious_character_name,
	capacity, capacity_symbol, pupils, pupils_symbol, boys, girls, fsm_pupils, fsm_percent, fsm_percent_symbol,
	street, locality, address3, town, county, postcode, website, telephone, ward_name, district_name, easting, northing,
	grid, longitude, latitude, location_source, location_precision_metres, local_authority_brief, region_brief,
	source_date, document
)
select
	arriving.*,
	school.source_date,
	case when row(arriving.name, arriving.town, arriving.postcode)
		is not distinct from row(school.name, school.town, school.postcode) then school.document end
from arriving
join reference.school on school.urn = arriving.urn;

delete from incoming
using reference.school
where school.urn = incoming.urn and school *= incoming;

with written as (
	update reference.school
	set (
		name, local_authority_code, establishment_number, la_estab, ukprn, type_code, type_name,
		type_group_code, type_group_name, sector, status_code, status_name, phase_code, phase_name, opened_on,
		closed_on, statutory_low_age, statutory_high_age, gender_name, religious_character_code,
		religious_character_name, capacity, capacity_symbol, pupils, pupils_symbol, boys, girls, fsm_pupils,
		fsm_percent, fsm_percent_symbol, street, locality, address3, town, county, postcode, website,
		telephone, ward_name, district_name, easting, northing, grid, longitude, latitude,
		location_source, location_precision_metres, source_date, local_authority_brief, region_brief
	) = row (
		incoming.name, incoming.local_authority_code, incoming.establishment_number, incoming.la_estab,
		incoming.ukprn, incoming.type_code, incoming.type_name, incoming.type_group_code,
		incoming.type_group_name, incoming.sector, incoming.status_code, incoming.status_name,
		incoming.phase_code, incoming.phase_name, incoming.opened_on, incoming.closed_on,
		incoming.statutory_low_age, incoming.statutory_high_age, incoming.gender_name,
		incoming.religious_character_code, incoming.religious_character_name, incoming.capacity,
		incoming.capacity_symbol, incoming.pupils, incoming.pupils_symbol, incoming.boys, incoming.girls,
		incoming.fsm_pupils, incoming.fsm_percent, incoming.fsm_percent_symbol, incoming.street,
		incoming.locality, incoming.address3, incoming.town, incoming.county, incoming.postcode,
		incoming.website, incoming.telephone, incoming.ward_name, incoming.district_name, incoming.easting,
		incoming.northing, incoming.grid, incoming.longitude, incoming.latitude, incoming.location_source,
		incoming.location_precision_metres, nullif(current_setting('accord_import.source_date'), '')::date,
		incoming.local_authority_brief, incoming.region_brief
	)
	from incoming
	where school.urn = incoming.urn
	returning school.urn
)
insert into outcome (inserted)
select false from written;

select accord.suspend_indexes('reference.school', (select count(*) from added));

insert into reference.school (
	urn, name, local_authority_code, establishment_number, la_estab, ukprn, type_code, type_name, type_group_code,
	type_group_name, sector, status_code, status_name, phase_code, phase_name, opened_on, closed_on,
	statutory_low_age, statutory_high_age, gender_name, religious_character_code, religious_character_name,
	capacity, capacity_symbol, pupils, pupils_symbol, boys, girls, fsm_pupils, fsm_percent, fsm_percent_symbol,
	street, locality, address3, town, county, postcode, website, telephone, ward_name, district_name, easting, northing,
	grid, longitude, latitude, location_source, location_precision_metres, local_authority_brief, region_brief,
	source_date
)
select
	arriving.*,
	nullif(current_setting('accord_import.source_date'), '')::date
from arriving
where not exists (select from reference.school where school.urn = arriving.urn);

select accord.restore_indexes();

insert into outcome (inserted, rows)
select true, count(*) from added;

-- Trusts, in files that have them: one that no list has told yet is known by what the file says.
insert into reference.trust (uid, name)
select distinct on (trust_uid) trust_uid, trust_name
from staging
where
	'trust_uid' = any(current_setting('accord_import.columns')::text[])
	and reason is null
	and trust_uid is not null
	and trust_name is not null
order by trust_uid, line
on conflict do nothing;

create temporary table moved (urn integer) on commit drop;

with gone as (
	delete from reference.trust_school as known
	using staging
	where
		'trust_uid' = any(current_setting('accord_import.columns')::text[])
		and staging.reason is null
		and staging.urn = known.urn
		and staging.trust_uid is null
	returning known.urn
)
insert into moved (urn)
select urn from gone;

-- The day on which it joined is known from elsewhere, and holds for one trust only.
with written as (
	insert into reference.trust_school as known (urn, uid)
	select staging.urn, staging.trust_uid
	from staging
	join reference.trust on trust.uid = staging.trust_uid
	where 'trust_uid' = any(current_setting('accord_import.columns')::text[]) and staging.reason is null
	on conflict (urn) do update set uid = excluded.uid, joined_on = null where known.uid <> excluded.uid
	returning urn
)
insert into moved (urn)
select urn from written;

-- A row whose school is as it was is one that has changed nevertheless.
insert into outcome (inserted)
select false
from moved
where
	not exists (select from incoming where incoming.urn = moved.urn)
	and not exists (select from added where added.urn = moved.urn);
