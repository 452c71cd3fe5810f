-- SPDX-License-Identifier: MIT
-- One client as the API shows it: an expression over the client "c".
json_build_object(
	'id', c.id,
	'name', c.name,
	'organisation', json_build_object(
		'id', c.organisation_id,
		'name', (select o.name from reference.organisation o where o.id = c.organisation_id)
	),
	'scopes', to_json(c.scopes),
	'addresses', to_json(c.addresses::text[]),
	'state', accord.client_state(c.disabled_at, c.expires_at),
	'secrets', (select count(*) from restricted.client_secret s where s.client_id = c.id),
	'keys', c.has_keys,
	'createdAt', c.created_at,
	'expiresAt', c.expires_at,
	'self', '/v1/clients/' || c.id
)
