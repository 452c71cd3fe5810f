-- SPDX-License-Identifier: MIT
-- One review as the API shows it: an expression over the review "r".
json_build_object(
	'id', r.id, 'dueOn', r.due_on, 'purpose', r.purpose, 'reviewer', (
		select json_build_object('id', v.id, 'name', (
			select known.name from reference.organisation known where known.id = v.id
		))
		from (select r.reviewer_id as id) v
		where v.id is not null
	),
	'heldOn', r.held_on, 'findings', r.findings, 'createdAt', r.created_at,
	'self', '/v1/partnerships/' || r.partnership_id || '/reviews/' || r.id
)
