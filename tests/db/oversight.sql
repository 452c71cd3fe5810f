-- SPDX-License-Identifier: MIT
-- Who sees the records of whom: derived from the registers, brought up to date, written only where it differs.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(6);

insert into reference.local_authority (code, old_code, name, status) values ('E09999999', '999', 'Nowhere', 'live');
insert into reference.trust (uid, group_id, name) values (900000001, 'TR90001', 'A trust');
insert into reference.school (urn, name, ukprn, local_authority_code, type_group_name, type_name)
values
	(999999991, 'Maintained', null, 'E09999999', 'Local authority maintained schools', 'Community school'),
	(999999992, 'Special', null, 'E09999999', 'Special schools', 'Community special school'),
	(999999993, 'A college', null, 'E09999999', 'Local authority maintained schools', 'Community school'),
	(999999994, 'Academy', null, 'E09999999', 'Academies', 'Academy converter'),
	(999999995, 'Independent', null, 'E09999999', 'Independent schools', 'Other independent school'),
	(999999996, 'Nowhere''s', null, null, 'Local authority maintained schools', 'Community school');
insert into reference.trust_school (urn, uid) values (999999994, 900000001);
insert into reference.institution (reference, kind, urn, name) values ('999999993', 'college', 999999993, 'College');
insert into reference.training_provider (code, name, urn)
values ('ZZ1', 'Accredited', null), ('ZZ2', 'The school''s', 999999991), ('ZZ3', 'Partner', null);
insert into reference.training_partnership
	(academic_year, accredited_code, partner_code, accredited_name, partner_name)
values
	('9998', 'ZZ1', 'ZZ3', 'Accredited', 'Partner'), ('9999', 'ZZ1', 'ZZ2', 'Accredited', 'The school''s'),
	('9999', 'ZZ1', 'ZZ1', 'Accredited', 'Accredited'), ('9999', 'ZZ1', 'ZZ9', 'Accredited', 'Nobody');

create function pg_temp.party(id uuid) returns text
language sql stable
return (select kind || ' ' || reference from reference.organisation where organisation.id = party.id) collate "default";

create view pg_temp.seen as
select concat_ws(' | ', relation, pg_temp.party(organisation_id), pg_temp.party(member_id)) collate "default" as line
from reference.oversight
where
	member_id in (select id from reference.organisation where reference ~ '^(99999999[1-6]|ZZ[1-3])$')
	or organisation_id in (select accord.organisation_id('providerCode', 'ZZ1'));

do $$ begin perform accord.refresh_reference(); end $$;
select set_eq(
	$$select line from pg_temp.seen$$,
	$$
	values
		('council | localAuthority E09999999 | school 999999991'),
		('council | localAuthority E09999999 | school 999999992'),
		('council | localAuthority E09999999 | college 999999993'),
		('trust | trust 900000001 | school 999999994'),
		('provider | trainingProvider ZZ1 | school 999999991')
	$$,
	'a council sees the schools it maintains, a trust its own, a provider its partners of the latest year'
);
select results_eq(
	$$select member_id from reference.oversight where organisation_id = accord.organisation_id('uid', '900000001')$$,
	$$select accord.organisation_id('urn', '999999994')$$,
	'under the ids that they have everywhere'
);
select is_empty(
	$$select member_id from reference.oversight where member_id not in (select id from reference.organisation)$$,
	'nobody is seen who is no organisation'
);

create temporary table written on commit drop as
select organisation_id, member_id, relation, ctid as place from reference.oversight;
do $$ begin perform reference.refresh_oversight(); end $$;
select set_eq(
	$$select organisation_id, member_id, relation, ctid as place from reference.oversight$$,
	$$select organisation_id, member_id, relation, place from written$$,
	'a second time nothing is written'
);

-- It becomes an academy.
update reference.school set type_group_name = 'Academies', type_name = 'Academy converter' where urn = 999999991;
insert into reference.trust_school (urn, uid) values (999999991, 900000001);
do $$ begin perform accord.refresh_reference(); end $$;
select set_eq(
	$$select line from pg_temp.seen$$,
	$$
	values
		('council | localAuthority E09999999 | school 999999992'),
		('council | localAuthority E09999999 | college 999999993'),
		('trust | trust 900000001 | school 999999991'),
		('trust | trust 900000001 | school 999999994'),
		('provider | trainingProvider ZZ1 | school 999999991')
	$$,
	'what is no longer so is gone, what is so now is there'
);
select set_has(
	$$select organisation_id, member_id, relation, ctid as place from reference.oversight$$,
	$$
	select organisation_id, member_id, relation, place
	from written
	where (organisation_id, member_id) <> (
		accord.organisation_id('gss', 'E09999999'), accord.organisation_id('urn', '999999991')
	)
	$$,
	'and all else is left alone'
);

select * from finish();
rollback;
