-- SPDX-License-Identifier: MIT
-- One commitment as the API shows it: an expression over the commitment "c".
json_build_object(
	'sha256', c.sha256,
	'agreement', c.number,
	'organisation', json_build_object(
		'id', c.organisation_id,
		'name', (select o.name from reference.organisation o where o.id = c.organisation_id)
	),
	'what', c.what,
	'state', case when c.erased_at is null then 'open' else 'erased' end,
	'salt', encode(c.salt, 'hex'),
	'value', c.value,
	'erasedAt', c.erased_at
)
