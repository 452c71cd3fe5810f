-- SPDX-License-Identifier: MIT
-- Deploy accord:registers to pg
-- requires: engine
-- requires: reference
-- Trusts, institutions, training providers, links, deprivation, census; every party once; the generation.

begin;

-- Correcting a mistyped word needs the similarity of words; its operators are found where PostGIS' are.
create extension pg_trgm with schema postgis;
comment on schema postgis is 'The extensions PostGIS, btree_gin and pg_trgm, alone.';

set local role accord_owner;

-- Code lists are dated where their publisher dates them.
alter table reference.code
	add column valid_from date,
	add column valid_to date,
	add column description text,
	add constraint code_dates_ordered check (valid_to >= valid_from);

comment on table reference.code is
	'The publishers'' code lists: PhaseOfEducation, TypeOfEstablishment, ReligiousCharacter, IttSubject, CAH, ...';
comment on column reference.code.code is 'Code as text; codes of the register of schools without leading zeros.';
comment on column reference.code.valid_from is 'First day on which the code may be used; null where nobody says.';
comment on column reference.code.valid_to is 'Last day on which the code may be used; null while it has none.';
comment on column reference.code.description is 'What the publisher says of the code beside its name.';

create table reference.code_list (
	name text collate "C" not null,
	codes integer not null,
	dated boolean not null,
	constraint code_list_pkey primary key (name),
	constraint code_list_codes_positive check (codes > 0)
);

comment on table reference.code_list is 'The lists of reference.code; kept by reference.refresh_code_lists().';
comment on column reference.code_list.name is 'Name of the list.';
comment on column reference.code_list.codes is 'How many codes it has.';
comment on column reference.code_list.dated is 'Whether any of its codes has a first or last day.';

-- A school that the register does not locate may stand at the middle of its postcode district, and says so.
alter table reference.school
	add column location_source text,
	add column location_precision_metres integer;

update reference.school set location_source = 'register' where grid is not null;

alter table reference.school
	add constraint school_location_source_known check (location_source in ('register', 'postcodeDistrict')),
	add constraint school_location_source_given check ((location_source is null) = (grid is null)),
	add constraint school_location_precision_given check (
		(location_source is not distinct from 'postcodeDistrict') = (location_precision_metres is not null)
	),
	add constraint school_location_precision_positive check (location_precision_metres > 0);

alter table reference.school
	alter column location_source set statistics 0,
	alter column location_precision_metres set statistics 0;

comment on column reference.school.location_source is
	'register; postcodeDistrict: the mean of the located schools of its postcode district; null without a location.';
comment on column reference.school.location_precision_metres is
	'How far the located schools of the district lie from their mean, at least 1000; null for the register''s own.';

-- Nothing refers to a linked school: it may be older than every file that has been imported, or Welsh.
create table reference.school_link (
	urn integer not null,
	link_urn integer not null,
	link_type text not null,
	link_name text,
	established_on date,
	constraint school_link_pkey primary key (urn, link_urn, link_type),
	constraint school_link_urn_positive check (urn > 0 and link_urn > 0),
	constraint school_link_other check (urn <> link_urn),
	constraint school_link_type_given check (link_type <> '')
);

create index school_link_reverse_idx on reference.school_link (link_urn, link_type, urn);

comment on table reference.school_link is 'Predecessors, successors and other links between schools.';
comment on column reference.school_link.urn is 'The school that has the link.';
comment on column reference.school_link.link_urn is
	'The school that it is linked with; no foreign key, since it may not be known.';
comment on column reference.school_link.link_type is 'Successor, Predecessor - merged, ... as the publisher spells it.';
comment on column reference.school_link.link_name is 'Name of the linked school in the file of links.';
comment on column reference.school_link.established_on is 'Day of the link; null is unknown.';

create table reference.trust (
	uid integer not null,
	group_id text collate "C",
	name text not null,
	sort_name text collate "C" generated always as (accord.lower_text(name)) stored,
	companies_house_number text collate "C",
	ukprn text collate "C",
	type_code text,
	type_name text collate "C",
	status text collate "C",
	opened_on date,
	closed_on date,
	demonstration boolean not null default false,
	source_date date,
	document tsvector generated always as (accord.search_document(name, null, null)) stored,
	constraint trust_pkey primary key (uid),
	constraint trust_group_id_key unique (group_id),
	constraint trust_group_id_form check (group_id ~ '^[0-9A-Z]{1,20}$'),
	constraint trust_uid_positive check (uid > 0),
	constraint trust_name_given check (octet_length(name) between 1 and 1000),
	constraint trust_ukprn_form check (ukprn ~ '^[0-9]{8}$'),
	constraint trust_companies_house_number_form check (companies_house_number ~ '^[0-9A-Z]{8}$')
);

create index trust_name_idx on reference.trust (sort_name, uid);
create index trust_document_idx on reference.trust using gin (document) with (fastupdate = off);
create index trust_companies_house_number_idx on reference.trust (companies_house_number);
create index trust_ukprn_idx on reference.trust (ukprn) where ukprn is not null;
create index trust_type_idx on reference.trust (type_name);
create index trust_status_idx on reference.trust (status);

comment on table reference.trust is 'Academy trusts and other trusts that run schools.';
comment on column reference.trust.uid is 'Group UID of the register of schools.';
comment on column reference.trust.group_id is 'Group ID, TR00261.';
comment on column reference.trust.name is 'Name, as the publisher spells it.';
comment on column reference.trust.sort_name is 'Name in lower case, compared by code point: the order of lists.';
comment on column reference.trust.companies_house_number is 'Companies House number, eight characters.';
comment on column reference.trust.ukprn is 'UK provider reference number, eight digits.';
comment on column reference.trust.type_code is
	'Group type: 2 trust, 6 multi-academy, 10 single-academy, 11 secure single-academy.';
comment on column reference.trust.type_name is 'Group type by name.';
comment on column reference.trust.status is
	'Open, Closed, ... as the publisher spells it; null where the file does not tell.';
comment on column reference.trust.opened_on is 'Day it was incorporated or opened; null is unknown.';
comment on column reference.trust.closed_on is 'Day it closed.';
comment on column reference.trust.demonstration is
	'True for a trust that does not exist and only shows what a trust with schools looks like.';
comment on column reference.trust.document is 'What search matches: the words of its name.';
comment on column reference.trust.source_date is
	'Date of the file that last changed the row, where its name tells one.';

create table reference.trust_school (
	urn integer not null,
	uid integer not null,
	joined_on date,
	constraint trust_school_pkey primary key (urn),
	constraint trust_school_trust_fkey foreign key (uid) references reference.trust (uid) on delete cascade,
	constraint trust_school_urn_positive check (urn > 0)
);

create index trust_school_trust_idx on reference.trust_school (uid, urn);

comment on table reference.trust_school is 'Which trust a school belongs to: at most one.';
comment on column reference.trust_school.urn is 'The school; no foreign key, since it may not be known.';
comment on column reference.trust_school.uid is 'Its trust.';
comment on column reference.trust_school.joined_on is 'Day on which it joined; null is unknown.';

create table reference.institution (
	reference text collate "C" not null,
	kind text not null,
	ukprn text collate "C",
	urn integer,
	name text not null,
	sort_name text collate "C" generated always as (accord.lower_text(name)) stored,
	hesa_code text collate "C",
	college_type text collate "C",
	awards_degrees boolean,
	country text,
	local_authority_code text collate "C",
	opened_on date,
	closed_on date,
	closed_year smallint,
	website text,
	telephone text,
	street text,
	locality text,
	address3 text,
	town text,
	county text,
	postcode text,
	longitude double precision,
	latitude double precision,
	grid postgis.geometry (point, 27700),
	source_date date,
	document tsvector generated always as (accord.search_document(name, town, postcode)) stored,
	constraint institution_pkey primary key (reference),
	constraint institution_kind_known check (kind in ('university', 'college')),
	constraint institution_reference_own check (
		reference is not distinct from case kind when 'university' then ukprn else urn::text end
	),
	constraint institution_name_given check (octet_length(name) between 1 and 1000),
	constraint institution_ukprn_form check (ukprn ~ '^[0-9]{8}$'),
	constraint institution_urn_positive check (urn > 0),
	constraint institution_hesa_code_form check (hesa_code ~ '^[0-9]{4}$'),
	constraint institution_dates_ordered check (closed_on >= opened_on),
	constraint institution_location_whole check (num_nulls(grid, longitude, latitude) in (0, 3)),
	constraint institution_local_authority_fkey foreign key (local_authority_code)
		references reference.local_authority (code) on delete restrict
);

create index institution_kind_name_idx on reference.institution (kind, sort_name, reference);
create index institution_name_idx on reference.institution (sort_name, reference);
create index institution_document_idx on reference.institution using gin (document) with (fastupdate = off);
create index institution_ukprn_idx on reference.institution (ukprn) where ukprn is not null;
create index institution_urn_idx on reference.institution (urn) where urn is not null;
create index institution_hesa_code_idx on reference.institution (hesa_code) where hesa_code is not null;
create index institution_local_authority_idx on reference.institution (local_authority_code, sort_name, reference);
create index institution_grid_idx on reference.institution using gist (grid);

comment on table reference.institution is 'Institutions of higher education, and colleges of further education.';
comment on column reference.institution.reference is 'Its key: the UKPRN of a university, the URN of a college.';
comment on column reference.institution.kind is
	'university: any institution of higher education; college: of further education.';
comment on column reference.institution.ukprn is
	'UK provider reference number, eight digits; null for a college whose file does not tell.';
comment on column reference.institution.urn is 'Unique reference number in the register of schools.';
comment on column reference.institution.name is 'Name, as the publisher spells it.';
comment on column reference.institution.sort_name is 'Name in lower case, compared by code point: the order of lists.';
comment on column reference.institution.hesa_code is 'Code of the Higher Education Statistics Agency, four digits.';
comment on column reference.institution.college_type is
	'General Further Education College, Sixth Form College, ... as published.';
comment on column reference.institution.awards_degrees is
	'False where it has never awarded degrees; null where nobody says.';
comment on column reference.institution.country is 'Country; null where the file does not tell.';
comment on column reference.institution.local_authority_code is 'Authority it lies in.';
comment on column reference.institution.opened_on is 'Day it opened; null is unknown.';
comment on column reference.institution.closed_on is 'Day it closed; null while open, or when only the year is known.';
comment on column reference.institution.closed_year is 'Year in which it closed, which is all that its list tells.';
comment on column reference.institution.website is 'Website, as the publisher spells it.';
comment on column reference.institution.telephone is 'Telephone of the institution.';
comment on column reference.institution.street is 'Address: street.';
comment on column reference.institution.locality is 'Address: locality.';
comment on column reference.institution.address3 is 'Address: third line.';
comment on column reference.institution.town is 'Address: town.';
comment on column reference.institution.county is 'Address: county, or the fourth line.';
comment on column reference.institution.postcode is 'Address: postcode.';
comment on column reference.institution.longitude is 'WGS84, 6 decimals.';
comment on column reference.institution.latitude is 'WGS84, 6 decimals.';
comment on column reference.institution.grid is 'The point in British National Grid (EPSG:27700): distances in metres.';
comment on column reference.institution.document is 'What search matches: the words of its name, town and postcode.';
comment on column reference.institution.source_date is
	'Date of the file that last changed the row, where its name tells one.';

create table reference.training_provider (
	code text collate "C" not null,
	name text not null,
	sort_name text collate "C" generated always as (accord.lower_text(name)) stored,
	operating_name text,
	ukprn text collate "C",
	urn integer,
	accredited_number text collate "C",
	kind text collate "C",
	academic_year text collate "C",
	street text,
	locality text,
	address3 text,
	town text,
	county text,
	postcode text,
	longitude double precision,
	latitude double precision,
	grid postgis.geometry (point, 27700),
	document tsvector generated always as (
		accord.search_document(name || coalesce(' ' || operating_name, ''), town, postcode)
	) stored,
	constraint training_provider_pkey primary key (code),
	constraint training_provider_code_form check (code ~ '^[0-9A-Z]{3}$'),
	constraint training_provider_name_given check (octet_length(name) between 1 and 1000),
	constraint training_provider_ukprn_form check (ukprn ~ '^[0-9]{8}$'),
	constraint training_provider_urn_positive check (urn > 0),
	constraint training_provider_accredited_number_form check (accredited_number ~ '^[0-9]{4}$'),
	constraint training_provider_academic_year_form check (academic_year ~ '^[0-9]{4}$'),
	constraint training_provider_location_whole check (num_nulls(grid, longitude, latitude) in (0, 3))
);

create index training_provider_name_idx on reference.training_provider (sort_name, code);
create index training_provider_document_idx on reference.training_provider using gin (document)
	with (fastupdate = off);
create index training_provider_kind_idx on reference.training_provider (kind);
create index training_provider_ukprn_idx on reference.training_provider (ukprn) where ukprn is not null;
create index training_provider_urn_idx on reference.training_provider (urn) where urn is not null;
create index training_provider_accredited_idx on reference.training_provider (accredited_number)
	where accredited_number is not null;
create index training_provider_grid_idx on reference.training_provider using gist (grid);

comment on table reference.training_provider is 'Providers of initial teacher training, accredited or not.';
comment on column reference.training_provider.code is
	'Provider code, three characters of text: 134 and 1E2 are no numbers.';
comment on column reference.training_provider.name is
	'Legal name where one is published, else the name it operates under.';
comment on column reference.training_provider.sort_name is
	'Name in lower case, compared by code point: the order of lists.';
comment on column reference.training_provider.operating_name is 'The name it operates under.';
comment on column reference.training_provider.ukprn is 'UK provider reference number, eight digits.';
comment on column reference.training_provider.urn is 'Unique reference number of the school that it is, if it is one.';
comment on column reference.training_provider.accredited_number is
	'Accreditation number, four digits; null without accreditation.';
comment on column reference.training_provider.kind is 'hei, scitt, school, ... as the publisher spells it.';
comment on column reference.training_provider.academic_year is
	'The latest academic year of which the list has it, by the year it begins in.';
comment on column reference.training_provider.street is 'Address: street.';
comment on column reference.training_provider.locality is 'Address: locality.';
comment on column reference.training_provider.address3 is 'Address: third line.';
comment on column reference.training_provider.town is 'Address: town.';
comment on column reference.training_provider.county is 'Address: county, or the fourth line.';
comment on column reference.training_provider.postcode is 'Address: postcode.';
comment on column reference.training_provider.longitude is 'WGS84, 6 decimals.';
comment on column reference.training_provider.latitude is 'WGS84, 6 decimals.';
comment on column reference.training_provider.grid is
	'The point in British National Grid (EPSG:27700): distances in metres.';

comment on column reference.training_provider.document is
	'What search matches: the words of its names, town and postcode.';

-- No foreign keys: a partnership of a past year outlives its parties' entries in this year's list.
create table reference.training_partnership (
	academic_year text collate "C" not null,
	accredited_code text collate "C" not null,
	partner_code text collate "C" not null,
	accredited_name text not null,
	partner_name text not null,
	accredited_sort_name text collate "C" generated always as (lower(accredited_name)) stored,
	partner_sort_name text collate "C" generated always as (lower(partner_name)) stored,
	constraint training_partnership_pkey primary key (academic_year, accredited_code, partner_code),
	constraint training_partnership_year_form check (academic_year ~ '^[0-9]{4}$'),
	constraint training_partnership_codes_form check (
		accredited_code ~ '^[0-9A-Z]{3}$' and partner_code ~ '^[0-9A-Z]{3}$'
	),
	constraint training_partnership_accredited_name_bounded check (octet_length(accredited_name) <= 1000),
	constraint training_partnership_partner_name_bounded check (octet_length(partner_name) <= 1000)
);

create index training_partnership_accredited_idx on reference.training_partnership
	(accredited_code, academic_year, partner_sort_name, partner_code);
create index training_partnership_partner_idx on reference.training_partnership
	(partner_code, academic_year, accredited_sort_name, accredited_code);

comment on table reference.training_partnership is
	'Which accredited provider trains with which partner, by academic year.';
comment on column reference.training_partnership.academic_year is 'The year it begins in, 2026 for 2026/27.';
comment on column reference.training_partnership.accredited_code is 'Provider code of the accredited provider.';
comment on column reference.training_partnership.partner_code is 'Provider code of the training partner.';
comment on column reference.training_partnership.accredited_name is
	'Name of the accredited provider in that year''s list.';
comment on column reference.training_partnership.partner_name is 'Name of the partner in that year''s list.';
comment on column reference.training_partnership.accredited_sort_name is
	'The accredited provider''s name in lower case: the order of lists.';
comment on column reference.training_partnership.partner_sort_name is
	'The partner''s name in lower case: the order of lists.';

create table reference.area_deprivation (
	lsoa_code text collate "C" not null,
	lsoa_name text not null,
	local_authority_code text collate "C",
	msoa_code text collate "C",
	imd_rank integer not null,
	imd_decile smallint not null,
	income_rank integer,
	income_decile smallint,
	employment_rank integer,
	employment_decile smallint,
	education_rank integer,
	education_decile smallint,
	health_rank integer,
	health_decile smallint,
	crime_rank integer,
	crime_decile smallint,
	barriers_rank integer,
	barriers_decile smallint,
	environment_rank integer,
	environment_decile smallint,
	constraint area_deprivation_pkey primary key (lsoa_code),
	constraint area_deprivation_lsoa_code_form check (lsoa_code ~ '^[EW]01[0-9]{6}$'),
	constraint area_deprivation_msoa_code_form check (msoa_code ~ '^[EW]02[0-9]{6}$'),
	constraint area_deprivation_ranks_positive check (
		least(imd_rank, income_rank, employment_rank, education_rank, health_rank, crime_rank, barriers_rank,
			environment_rank) >= 1
	),
	constraint area_deprivation_deciles_range check (
		least(imd_decile, income_decile, employment_decile, education_decile, health_decile, crime_decile,
			barriers_decile, environment_decile) >= 1
		and greatest(imd_decile, income_decile, employment_decile, education_decile, health_decile, crime_decile,
			barriers_decile, environment_decile) <= 10
	)
);

create index area_deprivation_local_authority_idx on reference.area_deprivation
	(local_authority_code, imd_rank, lsoa_code);
create index area_deprivation_rank_idx on reference.area_deprivation (imd_rank, lsoa_code);
create index area_deprivation_msoa_idx on reference.area_deprivation (msoa_code);

comment on table reference.area_deprivation is
	'English indices of deprivation 2019 of small areas. Rank 1 and decile 1 are the MOST deprived.';
comment on column reference.area_deprivation.lsoa_code is 'Lower layer super output area of 2011.';
comment on column reference.area_deprivation.lsoa_name is 'Name of the area.';
comment on column reference.area_deprivation.local_authority_code is
	'District of 2019; no foreign key, since a district is no education authority.';
comment on column reference.area_deprivation.msoa_code is
	'Middle layer super output area of 2011; null until a lookup is imported.';

do $$
declare
	domain record;
begin
	for domain in
		select *
		from (
			values ('imd', 'all domains together (Index of Multiple Deprivation)'), ('income', 'income'),
				('employment', 'employment'), ('education', 'education, skills and training'),
				('health', 'health deprivation and disability'), ('crime', 'crime'),
				('barriers', 'barriers to housing and services'), ('environment', 'living environment')
		) as named (name, words)
	loop
		execute format(
			'comment on column reference.area_deprivation.%I is %L', domain.name || '_rank',
			'Rank in England by ' || domain.words || '; 1 is the most deprived.'
		);
		execute format(
			'comment on column reference.area_deprivation.%I is %L', domain.name || '_decile',
			'Decile in England by ' || domain.words || '; 1 is the most deprived tenth, 10 the least deprived.'
		);
	end loop;
end
$$;

create table reference.census (
	urn integer not null,
	academic_year text collate "C" not null,
	school_type text collate "C",
	pupils integer,
	pupils_symbol text,
	girls integer,
	girls_symbol text,
	boys integer,
	boys_symbol text,
	girls_percent numeric(4, 1),
	girls_percent_symbol text,
	boys_percent numeric(4, 1),
	boys_percent_symbol text,
	sen_support integer,
	sen_support_symbol text,
	sen_support_percent numeric(4, 1),
	sen_support_percent_symbol text,
	ehc_plan integer,
	ehc_plan_symbol text,
	ehc_plan_percent numeric(4, 1),
	ehc_plan_percent_symbol text,
	eal integer,
	eal_symbol text,
	eal_percent numeric(4, 1),
	eal_percent_symbol text,
	fsm integer,
	fsm_symbol text,
	fsm_ever6 integer,
	fsm_ever6_symbol text,
	fsm_ever6_base integer,
	fsm_ever6_base_symbol text,
	fsm_ever6_percent numeric(4, 1),
	fsm_ever6_percent_symbol text,
	constraint census_pkey primary key (urn, academic_year),
	constraint census_urn_positive check (urn > 0),
	constraint census_academic_year_form check (academic_year ~ '^[0-9]{6}$')
);

create index census_year_idx on reference.census (academic_year, urn);

comment on table reference.census is
	'School census: pupils, special needs, language and free school meals, of every type of school, by academic year.';
comment on column reference.census.urn is 'The school; no foreign key, since it may not be known.';
comment on column reference.census.academic_year is 'Academic year, 202223 for 2022/23.';
comment on column reference.census.school_type is
	'State-funded primary, Independent school, ... as the publisher spells it.';

do $$
declare
	measure record;
begin
	for measure in
		select *
		from (
			values ('pupils', 'Pupils on roll'), ('girls', 'Girls on roll'), ('boys', 'Boys on roll'),
				('girls_percent', 'Percentage of girls'), ('boys_percent', 'Percentage of boys'),
				('sen_support', 'Pupils with support for special educational needs'),
				('sen_support_percent', 'Percentage of pupils with support for special educational needs'),
				('ehc_plan', 'Pupils with an education, health and care plan'),
				('ehc_plan_percent', 'Percentage of pupils with an education, health and care plan'),
				('eal', 'Pupils whose first language is not English'),
				('eal_percent', 'Percentage of pupils whose first language is not English'),
				('fsm', 'Pupils eligible for free school meals'),
				('fsm_ever6', 'Pupils eligible for free school meals at any time in six years'),
				('fsm_ever6_base', 'Pupils of whom fsm_ever6 is a part'),
				('fsm_ever6_percent', 'Percentage eligible for free school meals at any time in six years')
		) as named (name, words)
	loop
		execute format('comment on column reference.census.%I is %L', measure.name, measure.words || '.');
		execute format(
			'comment on column reference.census.%I is %L', measure.name || '_symbol',
			format('Why %s is null: x unavailable, z not applicable, c confidential, low.', measure.name)
		);
		execute format(
			'alter table reference.census add constraint %I check ((%I is null) = (%I is not null))',
			'census_' || measure.name || '_or_symbol', measure.name, measure.name || '_symbol'
		);
	end loop;
end
$$;

create table reference.organisation (
	id uuid not null,
	kind text not null,
	reference text collate "C" not null,
	name text not null,
	sort_name text collate "C" generated always as (accord.lower_text(name)) stored,
	other_names text,
	town text,
	postcode text,
	local_authority_code text collate "C",
	status text collate "C",
	longitude double precision,
	latitude double precision,
	grid postgis.geometry (point, 27700),
	identifiers text[] collate "C" not null,
	resources text[] collate "C" not null,
	country text collate "C" not null default 'GB',
	verification text collate "C" not null default 'registered',
	version integer not null default 0,
	lookup text[] collate "C" generated always as (
		case
			when kind <> 'school' or cardinality(resources) > 1 or starts_with(identifiers[1], 'accord:')
				then identifiers
		end
	) stored,
	document tsvector generated always as (
		case
			when kind <> 'school' or other_names is not null
				then accord.search_document(name || coalesce(' ' || other_names, ''), town, postcode)
		end
	) stored,
	constraint organisation_pkey primary key (id),
	constraint organisation_reference_kind_key unique (reference, kind),
	constraint organisation_kind_known check (
		kind in (
			'school', 'university', 'college', 'trainingProvider', 'trust', 'localAuthority', 'charity', 'employer',
			'healthService', 'communityGroup', 'government', 'schoolAbroad'
		)
	),
	constraint organisation_name_bounded check (octet_length(name) <= 1000),
	constraint organisation_verification_known check (verification in ('registered', 'unverified', 'verified')),
	constraint organisation_location_whole check (num_nulls(grid, longitude, latitude) in (0, 3))
);

alter table reference.organisation
	alter column id set statistics 0,
	alter column name set statistics 0,
	alter column other_names set statistics 0,
	alter column town set statistics 0,
	alter column postcode set statistics 0,
	alter column longitude set statistics 0,
	alter column latitude set statistics 0,
	alter column grid set statistics 0,
	alter column identifiers set statistics 0,
	alter column lookup set statistics 10,
	alter column resources set statistics 0,
	alter column country set statistics 0,
	alter column verification set statistics 0,
	alter column version set statistics 0,
	alter column document set statistics 0,
	alter column kind set statistics 20,
	alter column reference set statistics 20,
	alter column sort_name set statistics 20,
	alter column local_authority_code set statistics 20,
	alter column status set statistics 20;

create index organisation_name_idx on reference.organisation (sort_name, id);
-- Most are schools: their list comes in order from the index of all.
create index organisation_kind_name_idx on reference.organisation (kind, sort_name, id) where kind <> 'school';
create index organisation_grid_idx on reference.organisation using gist (grid);
-- A null would have an entry of its own, which nobody looks for.
create index organisation_lookup_idx on reference.organisation using gin (lookup) with (fastupdate = off)
where lookup is not null;
create index organisation_document_idx on reference.organisation using gin (document) with (fastupdate = off)
where document is not null;

comment on table reference.organisation is
	'Every party that has a register, once; kept from the registers by reference.refresh_organisations().';
comment on column reference.organisation.id is
	'Made of its register and its key there: the same on every node and after every import.';
comment on column reference.organisation.kind is
	'school, university, college, trainingProvider, trust or localAuthority; of our own register charity, employer, healthService, communityGroup, government or schoolAbroad.';
comment on column reference.organisation.reference is
	'Its key in its own register: URN, UKPRN of a university, UID of a trust, code of a provider or authority; a UUID in ours.';
comment on column reference.organisation.name is 'Name, as its register spells it.';
comment on column reference.organisation.sort_name is 'Name in lower case, compared by code point: the order of lists.';
comment on column reference.organisation.other_names is
	'Names under which other registers know it, separated by semicolons.';
comment on column reference.organisation.town is 'Town.';
comment on column reference.organisation.postcode is 'Postcode.';
comment on column reference.organisation.local_authority_code is
	'Local authority it lies in; its own code for an authority.';
comment on column reference.organisation.status is 'Status, as its register spells it; null where it does not tell.';
comment on column reference.organisation.longitude is 'WGS84, 6 decimals.';
comment on column reference.organisation.latitude is 'WGS84, 6 decimals.';
comment on column reference.organisation.grid is
	'The point in British National Grid (EPSG:27700): distances in metres.';
comment on column reference.organisation.identifiers is
	'Every identifier in every register, "urn:100000", in order; the schemes are urn, laEstab, ukprn, uid, groupId, '
	'companiesHouse, gss, laCode, hesaCode, providerCode, accreditedNumber, charityNumber, odsCode and accord: the id '
	'of each entry of our own register that it is.';
comment on column reference.organisation.resources is
	'Where each register that has it says more, "school /v1/schools/100000", in order.';
comment on column reference.organisation.country is 'The country it is in, by ISO 3166-1 alpha-2.';
comment on column reference.organisation.verification is
	'registered: the register of a publisher has it; unverified or verified: ours has, and an operator has or has not looked.';
comment on column reference.organisation.version is 'Of the record in our own register; 0 for those of publishers.';
comment on column reference.organisation.lookup is
	'Its identifiers; null where they are those of its school alone, which the register of schools looks up: with those of '
	'another register comes its resource, with those of our own an id, the first of them.';
comment on column reference.organisation.document is
	'What search matches: the words of its names, town and postcode; null where those of its school are all.';

create table published.organisation (
	id uuid not null,
	reference text collate "C" not null,
	kind text not null,
	name text not null,
	other_names text[] not null,
	town text,
	postcode text,
	identifiers text[] collate "C" not null,
	merged_register text,
	merged_reference text collate "C",
	constraint organisation_pkey primary key (id),
	constraint organisation_reference_key unique (reference),
	constraint organisation_merged_whole check (num_nulls(merged_register, merged_reference) in (0, 2))
);

comment on table published.organisation is
	'Our own register: the parties that no publisher''s has. Written with the records of restricted.organisation.';
comment on column published.organisation.id is 'Made of the register and the key here, as everywhere.';
comment on column published.organisation.reference is 'The key in this register: a UUID.';
comment on column published.organisation.kind is 'charity, employer, healthService, communityGroup, government or schoolAbroad.';
comment on column published.organisation.name is 'Name.';
comment on column published.organisation.other_names is 'Names under which it is known as well.';
comment on column published.organisation.town is 'Town.';
comment on column published.organisation.postcode is 'Postcode.';
comment on column published.organisation.identifiers is 'Identifiers in the registers of others, "charityNumber:1089464", in order.';
comment on column published.organisation.merged_register is 'The register of the organisation that it turned out to be; null for most.';
comment on column published.organisation.merged_reference is 'The key of that organisation there.';

create table reference.oversight (
	organisation_id uuid not null,
	member_id uuid not null,
	relation text collate "C" not null,
	constraint oversight_pkey primary key (organisation_id, member_id, relation),
	constraint oversight_relation_known check (relation in ('council', 'trust', 'provider'))
);

comment on table reference.oversight is
	'Who sees the records of whom: a council those of the schools it maintains, a trust those of its schools, an accredited provider those of its training partners. One step, never two.';
comment on column reference.oversight.organisation_id is 'Who sees.';
comment on column reference.oversight.member_id is 'Whose records.';
comment on column reference.oversight.relation is 'As what: council, trust or provider.';

create table reference.search_word (
	word text collate "C" not null,
	uses integer not null,
	constraint search_word_pkey primary key (word),
	constraint search_word_uses_positive check (uses > 0)
);

alter table reference.oversight
	alter column organisation_id set statistics 20,
	alter column member_id set statistics 20,
	alter column relation set statistics 20;
alter table reference.search_word alter column word set statistics 20, alter column uses set statistics 20;

create index search_word_trigram_idx on reference.search_word using gin (word postgis.gin_trgm_ops);

comment on table reference.search_word is
	'The distinct words of names and towns, and postcode districts, to complete and correct what is asked for.';
comment on column reference.search_word.word is 'The word, as accord.search_text() writes it.';
comment on column reference.search_word.uses is 'How many documents have it.';

create table reference.generation (
	single boolean not null default true,
	number bigint not null,
	constraint generation_pkey primary key (single),
	constraint generation_is_single check (single)
);

insert into reference.generation (number) values (1);

comment on table reference.generation is 'One row: how often reference data has changed; what caches are valid for.';
comment on column reference.generation.single is 'True: there is one row.';
comment on column reference.generation.number is
	'Raised in the transaction of each imported file that changes anything.';

-- A UUID of RFC 9562 made of a name: version 8, 112 bits of SHA-256. None of its functions is less than immutable, so
-- that it is computed in place. URNs are one register, whatever kind of party has one.
create function accord.organisation_id(register text, reference text) returns uuid
language sql immutable parallel safe
return encode(
	set_byte(
		set_byte(
			substr(sha256(replace('accord organisation ' || register || ':' || reference, '\', '\\')::bytea), 1, 16),
			6, 128
		),
		8, 160
	),
	'hex'
)::uuid;

comment on function accord.organisation_id(text, text) is
	'The id of an organisation, from the register that has it (urn, ukprn, uid, providerCode, gss, accord) and its key there.';

-- Most identifiers are those of schools, in the register of schools anyhow: an index of all was a tenth of an import.
create function accord.organisations_identified(words text[]) returns setof reference.organisation
language sql stable parallel safe rows 10
as $$
	select o.*
	from reference.organisation as o
	where o.identifiers && words
	and o.id = any(array(
		select f.id
		from reference.organisation as f
		where f.lookup && words
		union all
		select accord.organisation_id('urn', s.urn::text)
		from reference.school as s
		where s.urn = any(array(
			select substr(word, 5)::integer from unnest(words) as word where word ~ '^urn:[0-9]{1,9}$'
		))
		or s.la_estab = any(array(
			select substr(word, 9) from unnest(words) as word where starts_with(word, 'laEstab:')
		))
		or (
			s.ukprn is not null
			and s.ukprn = any(array(
				select substr(word, 7) from unnest(words) as word where starts_with(word, 'ukprn:')
			))
		)
	))
$$;

comment on function accord.organisations_identified(text[]) is
	'The organisations that have any of these identifiers, each "scheme:value".';

create function accord.organisation_register(kind text) returns text
language sql immutable parallel safe
return case kind
	when 'university' then 'ukprn'
	when 'trust' then 'uid'
	when 'trainingProvider' then 'providerCode'
	when 'localAuthority' then 'gss'
	when 'school' then 'urn'
	when 'college' then 'urn'
	else 'accord'
end;

comment on function accord.organisation_register(text) is 'The register that has the key of an organisation of a kind.';

-- A university or college that the register of schools has too is no school; a college keeps its URN's id.
create view accord.school_home as
select
	school.urn,
	school.ukprn,
	school.status_name,
	case when university.reference is null then 'urn' else 'ukprn' end as register,
	coalesce(university.reference, school.urn::text) as reference,
	university.reference is null and college.reference is null as head,
	school.name,
	school.town,
	school.postcode,
	school.local_authority_code,
	school.longitude,
	school.latitude,
	school.grid,
	school.la_estab,
	school.type_name,
	school.type_group_name
from reference.school
left join reference.institution as college on college.urn = school.urn and college.kind = 'college'
left join reference.institution as university
	on university.reference = school.ukprn
	and university.kind = 'university'
	and school.type_group_name = 'Universities';

comment on view accord.school_home is
	'Under which register''s key each school of the register of schools is an organisation.';

-- A training provider with the URN or UKPRN of another party is that party. Schools are read once, for all providers.
create view accord.provider_home as
with known as materialized (
	select home.urn, home.ukprn, home.status_name, home.register, home.reference
	from accord.school_home as home
	where
		home.urn in (select urn from reference.training_provider)
		or home.ukprn in (select ukprn from reference.training_provider)
)
select
	provider.code,
	coalesce(university.register, college.register, by_urn.register, by_ukprn.register, trust.register, 'providerCode')
		as register,
	coalesce(
		university.reference, college.reference, by_urn.reference, by_ukprn.reference, trust.reference, provider.code
	) as reference
from reference.training_provider as provider
left join lateral (
	select 'ukprn' as register, reference from reference.institution where reference = provider.ukprn
) as university on true
left join lateral (
	select 'urn' as register, reference
	from reference.institution
	where kind = 'college' and (ukprn = provider.ukprn or urn = provider.urn)
	order by urn = provider.urn desc nulls last, reference
	limit 1
) as college on true
left join (
	-- A URN is unique, which the planner does not know of what is computed.
	select distinct on (urn) urn, register, reference from known order by urn
) as by_urn on by_urn.urn = provider.urn
left join (
	select distinct on (ukprn) ukprn, register, reference
	from known
	where ukprn is not null
	order by ukprn, status_name = 'Open' desc nulls last, urn
) as by_ukprn on by_ukprn.ukprn = provider.ukprn
left join (
	select distinct on (ukprn) ukprn, 'uid' as register, uid::text as reference
	from reference.trust
	where ukprn is not null
	order by ukprn, status = 'Open' desc nulls last, uid
) as trust on trust.ukprn = provider.ukprn;

comment on view accord.provider_home is 'Under which register''s key each training provider is an organisation.';

-- An entry of any register: of which organisation, and whether that takes its name and place from it (head).
create view accord.registration as
select
	'school' as kind, register, reference, head, name, null as alias, town, postcode, local_authority_code,
	status_name as status, longitude, latitude, grid,
	array['laEstab:' || la_estab, 'ukprn:' || ukprn, 'urn:' || urn] as identifiers,
	'school /v1/schools/' || urn as resource
from accord.school_home
union all
select
	kind, accord.organisation_register(kind), reference, true, name, null, town, postcode,
	local_authority_code,
	case when coalesce(closed_on, make_date(closed_year, 1, 1)) <= accord.now()::date then 'Closed' end, longitude,
	latitude, grid, array['hesaCode:' || hesa_code, 'ukprn:' || ukprn, 'urn:' || urn],
	kind || case kind when 'university' then ' /v1/universities/' else ' /v1/colleges/' end || reference
from reference.institution
union all
select
	'trainingProvider', home.register, home.reference, home.register = 'providerCode', provider.name,
	provider.operating_name, provider.town, provider.postcode, null, null, provider.longitude, provider.latitude,
	provider.grid,
	array[
		'accreditedNumber:' || provider.accredited_number, 'providerCode:' || provider.code,
		'ukprn:' || provider.ukprn, 'urn:' || provider.urn
	],
	'trainingProvider /v1/training-providers/' || provider.code
from reference.training_provider as provider
join accord.provider_home as home on home.code = provider.code
union all
select
	'trust', 'uid', uid::text, true, name, null, null, null, null, status, null, null, null,
	array['companiesHouse:' || companies_house_number, 'groupId:' || group_id, 'uid:' || uid, 'ukprn:' || ukprn],
	'trust /v1/trusts/' || uid
from reference.trust
union all
select
	'localAuthority', 'gss', code, true, name, null, null, null, code, status, null, null, null,
	array['gss:' || code, case when status = 'live' then 'laCode:' || old_code end],
	'localAuthority /v1/local-authorities/' || code
from reference.local_authority
union all
select
	kind, coalesce(merged_register, 'accord'), coalesce(merged_reference, reference), merged_register is null, name,
	nullif(array_to_string(other_names, '; '), ''), town, postcode, null, null, null, null, null,
	array['accord:' || id] || identifiers, null
from published.organisation;

comment on view accord.registration is 'Every entry of every register, with the organisation that it is an entry of.';

-- What most organisations have in one register only is taken as it stands there, in order.
create view accord.organisation_entry as
select
	head.kind, head.register, head.reference, head.name, head.town, head.postcode, head.local_authority_code,
	head.status, head.longitude, head.latitude, head.grid,
	nullif(array_to_string(array_remove(others.names, head.name), '; '), '') as names,
	case
		when others.identifiers is null then array_remove(head.identifiers, null)
		else (
			select array_agg(distinct every.one order by every.one)
			from unnest(head.identifiers || others.identifiers) as every (one)
			where every.one is not null
		)
	end as identifiers,
	case
		when others.resources is null then array_remove(array[head.resource], null)
		else (
			select array_agg(every.one order by every.one) from unnest(head.resource || others.resources) as every (one)
		)
	end as resources
from accord.registration as head
left join (
	select
		register, reference,
		array_agg(distinct other order by other) filter (where other is not null) as names,
		array_agg(distinct identifier) filter (where identifier is not null) as identifiers,
		array_agg(distinct resource) filter (where not head and resource is not null) as resources
	from accord.registration
	cross join lateral (values (case when not head then name end), (alias)) as every (other)
	left join lateral unnest(case when not head then identifiers end) as identifier on true
	where not head or alias is not null
	group by register, reference
) as others on others.register = head.register and others.reference = head.reference
where head.head;

comment on view accord.organisation_entry is
	'Every organisation as the registers have it, with its other names and all its identifiers.';

-- A school that a council maintains is no academy, which its trust runs, and not independent. They are many: their ids
-- are read, which takes less than making them, so that organisations have to be brought up to date before.
create view accord.oversight_entry as
with provider as materialized (
	select code, register, reference from accord.provider_home
)
select
	council.id as organisation_id,
	member.id as member_id,
	'council' as relation
from accord.school_home as home
join (
	select code, accord.organisation_id('gss', code) as id from reference.local_authority offset 0
) as council on council.code = home.local_authority_code
join reference.organisation as member
	on member.reference = home.reference and accord.organisation_register(member.kind) = home.register
where
	home.type_group_name = 'Local authority maintained schools'
	or home.type_name in ('Community special school', 'Foundation special school')
union
select accord.organisation_id('uid', member.uid::text), accord.organisation_id(home.register, home.reference), 'trust'
from reference.trust_school as member
join accord.school_home as home on home.urn = member.urn
union
select
	accord.organisation_id(accredited.register, accredited.reference),
	accord.organisation_id(partner.register, partner.reference),
	'provider'
from reference.training_partnership as partnership
join provider as accredited on accredited.code = partnership.accredited_code
join provider as partner on partner.code = partnership.partner_code
where
	partnership.academic_year = (select max(latest.academic_year) from reference.training_partnership as latest)
	and (accredited.register, accredited.reference) <> (partner.register, partner.reference);

comment on view accord.oversight_entry is 'Who sees the records of whom, as the registers have it now.';

-- How often this session has written to each reference table: two readings in a transaction tell what it changed.
create function accord.reference_writes() returns jsonb
language sql volatile
set search_path = pg_catalog
as $$
	select coalesce(jsonb_object_agg(relname, n_tup_ins + n_tup_upd + n_tup_del), '{}')
	from pg_stat_xact_user_tables
	where schemaname = 'reference'
$$;

comment on function accord.reference_writes() is
	'Rows written by this session so far, by reference table; only the difference of two readings means something.';

-- Schools without coordinates: the mean of the located ones in their postcode district; without any, no location.
create function reference.locate_schools() returns void
language sql volatile security definer
set search_path = pg_catalog, postgis, pg_temp
set enable_nestloop = off
set jit = off
as $$
	with wanting as materialized (
		select
			urn, easting, northing, location_precision_metres,
			upper(left(replace(postcode, ' ', ''), -3)) as district
		from reference.school
		where location_source is distinct from 'register'
	),
	located as materialized (
		select upper(left(replace(postcode, ' ', ''), -3)) as district, easting, northing
		from reference.school
		where
			location_source = 'register'
			and upper(left(replace(postcode, ' ', ''), -3)) in (select district from wanting where district <> '')
	),
	middle as (
		select district, round(avg(easting))::integer as easting, round(avg(northing))::integer as northing
		from located
		group by district
	),
	reach as (
		select
			middle.district, middle.easting, middle.northing,
			greatest(1000, ceil(max(distance.metres) / 100) * 100)::integer as metres
		from middle
		join located on located.district = middle.district
		cross join lateral (
			select sqrt((located.easting - middle.easting) ^ 2 + (located.northing - middle.northing) ^ 2) as metres
		) as distance
		group by middle.district, middle.easting, middle.northing
	),
	moved as (
		select
			wanting.urn, reach.easting, reach.northing, reach.metres,
			st_setsrid(st_makepoint(reach.easting, reach.northing), 27700) as grid
		from wanting
		left join reach on reach.district = wanting.district
		where
			(wanting.easting, wanting.northing, wanting.location_precision_metres)
			is distinct from (reach.easting, reach.northing, reach.metres)
	)
	update reference.school
	set
		easting = moved.easting,
		northing = moved.northing,
		grid = moved.grid,
		longitude = round(st_x(st_transform(moved.grid, 4326))::numeric, 6),
		latitude = round(st_y(st_transform(moved.grid, 4326))::numeric, 6),
		location_source = case when moved.grid is not null then 'postcodeDistrict' end,
		location_precision_metres = moved.metres
	from moved
	where school.urn = moved.urn
$$;

comment on function reference.locate_schools() is
	'Places schools without coordinates in the middle of their postcode district, never those of the register.';

create function reference.refresh_code_lists() returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
	with wanted as (
		select list as name, count(*)::integer as codes, bool_or(coalesce(valid_from, valid_to) is not null) as dated
		from reference.code
		group by list
	),
	gone as (
		delete from reference.code_list where name not in (select name from wanted)
	)
	insert into reference.code_list as known (name, codes, dated)
	select name, codes, dated from wanted
	on conflict (name) do update
	set codes = excluded.codes, dated = excluded.dated
	where (known.codes, known.dated) is distinct from (excluded.codes, excluded.dated)
$$;

comment on function reference.refresh_code_lists() is 'Brings reference.code_list up to date with reference.code.';

create function reference.refresh_search_words() returns void
language plpgsql volatile security definer
set search_path = pg_catalog, postgis, pg_temp
set enable_nestloop = off
set jit = off
as $$
begin
	-- A name in two brings a word that no other had.
	perform accord.suspend_indexes(
		'reference.search_word', pg_stat_get_xact_tuples_inserted('reference.organisation'::regclass) / 2
	);
	with wanted as materialized (
		select word, ndoc as uses
		from ts_stat(
			'select document from reference.school union all select document from reference.organisation'
			' union all select document from reference.trust union all select document from reference.institution'
			' union all select document from reference.training_provider'
		)
		where strpos(word, '_') = 0
	),
	different as materialized (
		select coalesce(known.word, wanted.word) as word, wanted.uses, known.uses as uses_before
		from wanted
		full join reference.search_word as known on known.word = wanted.word
		where known.uses is distinct from wanted.uses
	),
	gone as (
		delete from reference.search_word as known
		using different
		where different.uses is null and different.word = known.word
	),
	changed as (
		update reference.search_word as known
		set uses = different.uses
		from different
		where different.uses is not null and different.uses_before is not null and different.word = known.word
	)
	insert into reference.search_word (word, uses)
	select word, uses from different where uses_before is null;
	perform accord.restore_indexes();
end
$$;

comment on function reference.refresh_search_words() is
	'Brings reference.search_word up to date with what search matches.';

-- Only what has changed is written. Tables filled a moment ago have no statistics yet, and a nested loop over them
-- would take minutes: the functions do without.
create function reference.refresh_organisations() returns void
language plpgsql volatile security definer
set search_path = pg_catalog, postgis, pg_temp
set enable_nestloop = off
set jit = off
as $$
begin
	perform accord.suspend_indexes(
		'reference.organisation', pg_stat_get_xact_tuples_inserted('reference.school'::regclass)
	);
	with different as materialized (
		select entry.*, known.id
		from accord.organisation_entry as entry
		full join reference.organisation as known
			on known.reference = entry.reference and accord.organisation_register(known.kind) = entry.register
		where (
			known.kind, known.name, known.other_names, known.town, known.postcode, known.local_authority_code,
			known.status, known.longitude, known.latitude, known.grid, known.identifiers, known.resources
		) is distinct from (
			entry.kind, entry.name, entry.names, entry.town, entry.postcode, entry.local_authority_code,
			entry.status, entry.longitude, entry.latitude, entry.grid, entry.identifiers, entry.resources
		)
	),
	gone as (
		delete from reference.organisation as known
		using different as entry
		where entry.id = known.id and entry.reference is null
	),
	changed as (
		update reference.organisation as known
		set (
			kind, name, other_names, town, postcode, local_authority_code, status, longitude, latitude, grid,
			identifiers, resources
		) = row (
			entry.kind, entry.name, entry.names, entry.town, entry.postcode, entry.local_authority_code, entry.status,
			entry.longitude, entry.latitude, entry.grid, entry.identifiers, entry.resources
		)
		from different as entry
		-- That the id is known is said apart: rows of new organisations are then not even gathered to be joined.
		where entry.id is not null and entry.id = known.id and entry.reference is not null
	)
	insert into reference.organisation (
		id, kind, reference, name, other_names, town, postcode, local_authority_code, status, longitude, latitude, grid,
		identifiers, resources
	)
	select
		accord.organisation_id(register, reference), kind, reference, name, names, town, postcode,
		local_authority_code, status, longitude, latitude, grid, identifiers, resources
	from different
	where id is null;
	perform accord.restore_indexes();
end
$$;

comment on function reference.refresh_organisations() is
	'Brings organisations up to date with the registers.';

create function reference.refresh_oversight() returns void
language plpgsql volatile security definer
set search_path = pg_catalog, postgis, pg_temp
set enable_nestloop = off
set jit = off
as $$
begin
	-- A council maintains about every second school.
	perform accord.suspend_indexes(
		'reference.oversight', pg_stat_get_xact_tuples_inserted('reference.school'::regclass) / 2
	);
	with different as materialized (
		select organisation_id, member_id, relation, wanted
		from (select organisation_id, member_id, relation, true as wanted from accord.oversight_entry) as entry
		full join (select organisation_id, member_id, relation, true as present from reference.oversight) as known
			using (organisation_id, member_id, relation)
		where wanted is distinct from present
	),
	gone as (
		delete from reference.oversight as known
		using different
		where
			different.wanted is null
			and known.organisation_id = different.organisation_id
			and known.member_id = different.member_id
			and known.relation = different.relation
	)
	insert into reference.oversight (organisation_id, member_id, relation)
	select organisation_id, member_id, relation from different where wanted;
	perform accord.restore_indexes();
end
$$;

comment on function reference.refresh_oversight() is 'Brings reference.oversight up to date with the registers.';

-- What a file has not touched need not be derived again: an import says in accord_import.writes where it began.
create function accord.refresh_reference() returns void
language plpgsql volatile security definer
set search_path = pg_catalog, postgis, pg_temp
as $$
declare
	before jsonb := nullif(current_setting('accord_import.writes', true), '')::jsonb;
	changed text[];
	raised bigint;
begin
	select array_agg(key)
	into changed
	from jsonb_each(accord.reference_writes())
	where before is null or value is distinct from before -> key;
	if 'school' = any(changed) then
		perform reference.locate_schools();
	end if;
	if 'code' = any(changed) then
		perform reference.refresh_code_lists();
	end if;
	if changed && '{school,institution,training_provider,trust,local_authority}' then
		perform reference.refresh_organisations();
		perform reference.refresh_search_words();
	end if;
	if changed && '{school,institution,training_provider,trust,trust_school,training_partnership}' then
		perform reference.refresh_oversight();
	end if;
	update reference.generation set number = number + 1 returning number into raised;
	perform pg_notify('accord_generation', raised::text);
	perform pg_stat_force_next_flush();
end
$$;

comment on function accord.refresh_reference() is
	'What follows from a change to the registers, in its transaction: derived tables, the generation, its notice.';

-- Only tables that have changed since their statistics were gathered: most imports change few. Two sessions that do it
-- at once share them, the largest first: each leaves to the other what that has begun.
create or replace function accord.analyze_reference() returns void
language plpgsql security definer
set search_path = ''
as $$
declare
	target regclass;
begin
	for target in
		select oid
		from pg_catalog.pg_class
		where
			relnamespace = 'reference'::regnamespace
			and relkind = 'r'
			and pg_catalog.pg_stat_get_mod_since_analyze(oid) > 0
		order by pg_catalog.pg_relation_size(oid) desc
	loop
		if pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('accord analyze'), target::integer) then
			perform pg_catalog.pg_stat_clear_snapshot();
			if pg_catalog.pg_stat_get_mod_since_analyze(target) > 0 then
				execute format('analyze %s', target);
			end if;
		end if;
	end loop;
end
$$;

comment on function accord.analyze_reference() is
	'Gathers planner statistics of the reference tables that have changed; called at the end of an import.';

grant execute on function reference.locate_schools(), reference.refresh_code_lists(),
	reference.refresh_search_words(), reference.refresh_organisations(), reference.refresh_oversight()
	to accord_worker;
grant execute on function accord.organisation_id(text, text), accord.organisation_register(text),
	accord.organisations_identified(text[])
	to accord_api, accord_worker;
grant execute on function accord.reference_writes(), accord.refresh_reference() to accord_worker;

commit;
