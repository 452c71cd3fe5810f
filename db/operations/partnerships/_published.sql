-- SPDX-License-Identifier: MIT
-- One partnership as anybody sees it: an expression over the published partnership "p".
json_build_object(
	'id', p.id,
	'title', p.title,
	'summary', p.summary,
	'type', p.type,
	'areas', to_json(p.areas),
	'focusAreas', to_json(p.focus_areas),
	'phases', to_json(p.phases),
	'years', to_json(p.years),
	'subjects', to_json(p.subjects),
	'coverage', to_json(p.coverage),
	'startsOn', p.starts_on,
	'endsOn', p.ends_on,
	'form', p.form,
	'aims', to_json(p.aims),
	'state', p.state,
	'members', (
		select coalesce(json_agg(json_build_object(
			'organisation', json_build_object('id', m.organisation_id, 'name', o.name),
			'role', m.role
		) order by o.name, m.organisation_id), '[]')
		from published.partnership_member m
		left join reference.organisation o on o.id = m.organisation_id
		where m.partnership_id = p.id
	),
	'activatedAt', p.activated_at,
	'self', '/v1/published-partnerships/' || p.id
)
