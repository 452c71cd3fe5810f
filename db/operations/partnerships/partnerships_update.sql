-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'title', title,
	'summary', summary,
	'type', type,
	'areas', to_json(areas),
	'focusAreas', to_json(focus_areas),
	'phases', to_json(phases),
	'years', to_json(years),
	'subjects', to_json(subjects),
	'coverage', to_json(coverage),
	'startsOn', starts_on,
	'endsOn', ends_on,
	'form', form,
	'aims', to_json(aims),
	'visibility', visibility
)) as document
from restricted.partnership
where id = :id::uuid
for update;

select accord.change_partnership(:id::uuid, :body::jsonb);

select accord.demand_terms(jsonb_build_object('phases', coalesce(:body::jsonb -> 'phases', '[]')));

select
-- include: partnerships/_record.sql
from restricted.partnership p
where p.id = :id::uuid;
