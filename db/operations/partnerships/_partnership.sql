-- SPDX-License-Identifier: MIT
-- One partnership as its parties see it, without what the caller may do: members of the object of "p".
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
'visibility', p.visibility,
'state', p.state,
'members', (
	select count(*)
	from restricted.partnership_member m
	where m.partnership_id = p.id and m.state = 'accepted'
),
'agreementInForce', p.in_force,
'createdBy', json_build_object(
	'id', p.created_by,
	'name', (select o.name from reference.organisation o where o.id = p.created_by)
),
'createdAt', p.created_at,
'self', '/v1/partnerships/' || p.id
