-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'name', name, 'summary', summary, 'website', website, 'areas', to_json(areas), 'focusAreas', to_json(focus_areas),
	'phases', to_json(phases), 'localAuthorities', to_json(local_authorities), 'tags', to_json(tags)
)) as document
from restricted.support_organisation
where id = :id::uuid
for update;

select
	accord.demand(
		r.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'An entry is changed by its own organisation.'
	),
	accord.demand_publication(r.state, 'change'),
	accord.demand_terms(:body::jsonb),
	accord.demand_authorities(
		array(select jsonb_array_elements_text(:body::jsonb -> 'local_authorities')), '/localAuthorities/%s'
	)
from restricted.support_organisation r
where r.id = :id::uuid;

update restricted.support_organisation
set name = b.name, sort_name = lower(b.name), summary = b.summary, website = b.website, areas = b.areas,
	focus_areas = coalesce(b.focus_areas, '{}'), phases = coalesce(b.phases, '{}'),
	local_authorities = coalesce(b.local_authorities, '{}'), tags = coalesce(b.tags, '{}')
from jsonb_to_record(:body::jsonb) as b (
	name text, summary text, website text, areas text[], focus_areas text[], phases text[], local_authorities text[],
	tags text[]
)
where id = :id::uuid;

-- include: support/_changed.sql
