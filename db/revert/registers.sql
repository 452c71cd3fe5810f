-- SPDX-License-Identifier: MIT
-- Revert accord:registers from pg

begin;

create or replace function accord.analyze_reference() returns void
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

drop function accord.refresh_reference();
drop function accord.reference_writes();
drop function reference.refresh_oversight();
drop function reference.refresh_organisations();
drop function reference.refresh_search_words();
drop function reference.refresh_code_lists();
drop function reference.locate_schools();
drop view accord.oversight_entry;
drop view accord.organisation_entry;
drop view accord.registration;
drop view accord.provider_home;
drop view accord.school_home;
drop function accord.organisation_register(text);
drop function accord.organisations_identified(text[]);
drop function accord.organisation_id(text, text);
drop table reference.generation;
drop table reference.search_word;
drop table reference.oversight;
drop table published.organisation;
drop table reference.organisation;
drop table reference.census;
drop table reference.area_deprivation;
drop table reference.training_partnership;
drop table reference.training_provider;
drop table reference.institution;
drop table reference.trust_school;
drop table reference.trust;
drop table reference.school_link;
drop table reference.code_list;

update reference.school
set easting = null, northing = null, grid = null, longitude = null, latitude = null, location_source = null,
	location_precision_metres = null
where location_source = 'postcodeDistrict';

alter table reference.school
	drop column location_source,
	drop column location_precision_metres;
alter table reference.code
	drop column valid_from,
	drop column valid_to,
	drop column description;

drop extension pg_trgm;
comment on schema postgis is 'The extensions PostGIS and btree_gin, alone.';

commit;
