-- SPDX-License-Identifier: MIT
-- Verify accord:registers on pg

begin;

select list, code, name, valid_from, valid_to, description from reference.code where false;
select name, codes, dated from reference.code_list where false;
select urn, location_source, location_precision_metres from reference.school where false;
select urn, link_urn, link_type, link_name, established_on from reference.school_link where false;
select uid, group_id, name, sort_name, companies_house_number, ukprn, status, demonstration
from reference.trust where false;
select urn, uid, joined_on from reference.trust_school where false;
select reference, kind, ukprn, urn, name, sort_name, hesa_code, grid from reference.institution where false;
select code, name, sort_name, ukprn, urn, accredited_number, kind, grid from reference.training_provider where false;
select academic_year, accredited_code, partner_code from reference.training_partnership where false;
select lsoa_code, msoa_code, imd_rank, imd_decile, environment_decile from reference.area_deprivation where false;
select urn, academic_year, pupils, pupils_symbol, fsm_ever6_percent from reference.census where false;
select id, kind, reference, name, sort_name, other_names, grid, identifiers, resources, lookup, document
from reference.organisation
where false;
select word, uses from reference.search_word where false;

do $$
declare
	raiser text := 'accord.refresh_reference()';
begin
	assert (select count(*) from reference.generation) = 1, 'there is one generation';
	assert has_table_privilege('accord_api', 'reference.organisation', 'select'), 'the API reads organisations';
	assert not has_table_privilege('accord_api', 'reference.generation', 'insert, update, delete, truncate'),
		'the API only reads the generation';
	assert has_function_privilege('accord_worker', raiser, 'execute'), 'the worker raises the generation';
	assert not has_function_privilege('accord_api', raiser, 'execute'), 'the API does not';
end
$$;

rollback;
