-- SPDX-License-Identifier: MIT
-- One review as the API shows it: an expression over the review "r".
json_build_object(
	'id', r.id, 'dueOn', r.due_on, 'purpose', r.purpose,
	'reviewer', case when r.reviewer_id is not null then json_build_object(
		'id', r.reviewer_id, 'name', (select o.name from reference.organisation o where o.id = r.reviewer_id)
	) end,
	'heldOn', r.held_on, 'findings', r.findings, 'createdAt', r.created_at,
	'self', '/v1/partnerships/' || r.partnership_id || '/reviews/' || r.id
)
