-- SPDX-License-Identifier: MIT
-- One version of an agreement without its text: members of the object of the agreement "a".
'number', a.number,
'kind', a.kind,
'state', a.state,
'startsOn', a.starts_on,
'endsOn', a.ends_on,
'textSha256', a.text_sha256,
'createdBy', json_build_object(
	'id', a.created_by,
	'name', (select o.name from reference.organisation o where o.id = a.created_by)
),
'createdAt', a.created_at,
'openedAt', a.opened_at,
'inForceAt', a.in_force_at,
'closedAt', a.closed_at,
'self', '/v1/partnerships/' || a.partnership_id || '/agreements/' || a.number
