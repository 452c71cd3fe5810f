-- SPDX-License-Identifier: MIT
-- Verify accord:reference on pg

begin;

select code, name from reference.region where false;
select code, old_code, name, sort_name, region_code, status, opened_on, closed_on, boundary, boundary_geojson
from reference.local_authority
where false;
select code, name, sector from reference.establishment_group where false;
select code, name, group_code, sector from reference.establishment_type where false;
select list, code, name from reference.code where false;
select urn, name, sort_name, document, local_authority_code, la_estab, pupils, fsm_percent, grid, source_date
from reference.school
where false;

do $$
begin
	assert has_table_privilege('accord_api', 'reference.school', 'select'), 'the API reads';
	assert not has_table_privilege('accord_api', 'reference.school', 'insert, update, delete, truncate'),
		'the API only reads';
	assert has_table_privilege('accord_worker', 'reference.school', 'insert'), 'the worker writes';
	assert has_function_privilege('accord_worker', 'accord.analyze_reference()', 'execute'), 'the worker analyzes';
	assert not has_function_privilege('accord_api', 'accord.analyze_reference()', 'execute'), 'the API does not';
	assert not has_function_privilege('accord_api', 'accord.suspend_indexes(regclass, bigint)', 'execute'),
		'the API takes no index away';
	assert not has_table_privilege('accord_worker', 'accord.suspended_index', 'insert, update'),
		'the worker has no index of its own made';
end
$$;

rollback;
