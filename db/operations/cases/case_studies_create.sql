-- SPDX-License-Identifier: MIT
-- cost: write
select pg_advisory_xact_lock(hashtextextended('case studies of ' || :caller_organisation::text, 0));

select accord.demand(
	count(*) < accord.finding_limit('case studies'), 'conflict', null,
	format('The organisation keeps %s case studies: withdraw one.', accord.finding_limit('case studies'))
)
from restricted.case_study r
where r.organisation_id = :caller_organisation::uuid
and r.state <> 'withdrawn';

select
	accord.demand_terms(:body::jsonb),
	accord.demand_organisations(
		array(select jsonb_array_elements_text(:body::jsonb -> 'participants'))::uuid[], '/participants/%s'
	);

insert into restricted.case_study (
	id, organisation_id, title, summary, story, areas, focus_areas, subjects, phases, years, tags, participants,
	started_on, ended_on, outcomes, source, state, created_at
)
select
	:new_id::uuid, :caller_organisation::uuid, b.title, b.summary, b.story, b.areas, coalesce(b.focus_areas, '{}'),
	coalesce(b.subjects, '{}'), coalesce(b.phases, '{}'), coalesce(b.years, '{}'), coalesce(b.tags, '{}'),
	coalesce(b.participants, '{}'), b.started_on, b.ended_on,
-- include: cases/_outcomes.sql
	, b.source, 'draft', accord.now()
from jsonb_to_record(:body::jsonb) as b (
	title text, summary text, story text, areas text[], focus_areas text[], subjects text[], phases text[],
	years text[], tags text[], participants uuid[], started_on date, ended_on date, source text
);

select item.item as body, r.version::text as etag,
	format('/v1/organisations/%s/case-studies/%s', r.organisation_id, r.id) as location
from restricted.case_study r
cross join lateral (
-- include: cases/_case_study.sql
) item
where r.id = :new_id::uuid;
