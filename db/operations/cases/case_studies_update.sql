-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'title', title, 'summary', summary, 'story', story, 'areas', to_json(areas), 'focusAreas', to_json(focus_areas),
	'subjects', to_json(subjects), 'phases', to_json(phases), 'years', to_json(years), 'tags', to_json(tags),
	'participants', to_json(participants), 'startedOn', started_on, 'endedOn', ended_on,
	'outcomes', outcomes::json, 'source', source
)) as document
from restricted.case_study
where id = :id::uuid
for update;

select
	accord.demand(
		r.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'A case study is changed by its own organisation.'
	),
	accord.demand_publication(r.state, 'change'),
	accord.demand_terms(:body::jsonb),
	accord.demand_organisations(
		array(select jsonb_array_elements_text(:body::jsonb -> 'participants'))::uuid[], '/participants/%s'
	)
from restricted.case_study r
where r.id = :id::uuid;

update restricted.case_study
set title = b.title, summary = b.summary, story = b.story, areas = b.areas,
	focus_areas = coalesce(b.focus_areas, '{}'), subjects = coalesce(b.subjects, '{}'),
	phases = coalesce(b.phases, '{}'), years = coalesce(b.years, '{}'), tags = coalesce(b.tags, '{}'),
	participants = coalesce(b.participants, '{}'), started_on = b.started_on, ended_on = b.ended_on, outcomes =
-- include: cases/_outcomes.sql
	, source = b.source
from jsonb_to_record(:body::jsonb) as b (
	title text, summary text, story text, areas text[], focus_areas text[], subjects text[], phases text[],
	years text[], tags text[], participants uuid[], started_on date, ended_on date, source text
)
where id = :id::uuid;

-- include: cases/_changed.sql
