-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'kind', kind, 'title', title, 'summary', summary, 'areas', to_json(areas), 'focusAreas', to_json(focus_areas),
	'subjects', to_json(subjects), 'phases', to_json(phases), 'years', to_json(years), 'startsOn', starts_on,
	'endsOn', ends_on, 'expiresAt', expires_at,
	'place', case when place = 'given' then json_build_object('longitude', longitude, 'latitude', latitude) end
)) as document
from restricted.notice
where id = :id::uuid
for update;

select
	accord.demand(
		r.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'A notice is changed by its own organisation.'
	),
	accord.demand_publication(r.state, 'change'),
	accord.demand_terms(:body::jsonb),
	accord.demand(
		(:body::jsonb ->> 'expires_at')::timestamptz > accord.now(), 'rule-broken', '/expiresAt',
		'It would have expired already.'
	)
from restricted.notice r
where r.id = :id::uuid;

update restricted.notice
set kind = b.kind, title = b.title, summary = b.summary, areas = b.areas, focus_areas = coalesce(b.focus_areas, '{}'),
	subjects = coalesce(b.subjects, '{}'), phases = coalesce(b.phases, '{}'), years = coalesce(b.years, '{}'),
	starts_on = b.starts_on, ends_on = b.ends_on, expires_at = b.expires_at,
	place = case when b.place is not null then 'given' end, longitude = (b.place ->> 'longitude')::double precision,
	latitude = (b.place ->> 'latitude')::double precision
from jsonb_to_record(:body::jsonb) as b (
	kind text, title text, summary text, areas text[], focus_areas text[], subjects text[], phases text[], years text[],
	starts_on date, ends_on date, expires_at timestamptz, place jsonb
)
where id = :id::uuid;

-- include: notices/_changed.sql
