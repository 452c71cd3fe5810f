-- SPDX-License-Identifier: MIT
-- Code lists: staging (list, code, name).

-- Wards, small areas, trusts and the like are no code lists of schools and stay out.
update staging
set skipped = true
where
	reason is null
	and (
		list not in (
			'AdmissionsPolicy', 'Boarders', 'EstablishmentStatus', 'EstablishmentTypeGroup', 'GOR',
			'Gender', 'LA', 'OfficialSixthForm', 'PhaseOfEducation', 'ReasonEstablishmentClosed',
			'ReasonEstablishmentOpened', 'ReligiousCharacter', 'SpecialClasses', 'TypeOfEstablishment'
		)
		-- A code without a name (9, 99), or a name without a code, says that nothing was recorded.
		or name is null
		or code is null
	);

update staging
set reason = format('Id: %s is in the list %s before', code, list)
from (
	select list as known_list, code as known_code, min(line) as first_line
	from staging
	where reason is null and not skipped
	group by list, code
) as seen
where reason is null and not skipped and list = known_list and code = known_code and line > first_line;

with written as (
	insert into reference.establishment_group as existing (code, name, sector)
	select code, name, accord.establishment_sector(null, name)
	from staging
	where reason is null and not skipped and list = 'EstablishmentTypeGroup'
	on conflict (code) do update
	set name = excluded.name, sector = excluded.sector
	where existing.name <> excluded.name
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;

-- The list knows no groups: what is known of a type's group stays.
with written as (
	insert into reference.establishment_type as existing (code, name, sector)
	select code, name, accord.establishment_sector(name, null)
	from staging
	where reason is null and not skipped and list = 'TypeOfEstablishment'
	on conflict (code) do update set name = excluded.name where existing.name <> excluded.name
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;

-- All lists are read as lists; types and groups, which schools refer to, have their own tables too.
with written as (
	insert into reference.code as existing (list, code, name)
	select list, code, name
	from staging
	where reason is null and not skipped
	on conflict (list, code) do update set name = excluded.name where existing.name <> excluded.name
	returning list, xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written where list not in ('EstablishmentTypeGroup', 'TypeOfEstablishment');
