-- SPDX-License-Identifier: MIT
-- One membership as the API shows it: an expression over the membership "g".
json_build_object(
	'id', g.id,
	'organisation', json_build_object(
		'id', g.organisation_id,
		'name', (select o.name from reference.organisation o where o.id = g.organisation_id)
	),
	'person', (
		select json_build_object('issuer', p.issuer, 'subject', p.subject)
		from restricted.person p
		where p.id = g.person_id
	),
	'name', g.name,
	'role', g.role,
	'scopes', to_json(g.scopes),
	'createdAt', g.created_at,
	'self', '/v1/memberships/' || g.id
)
