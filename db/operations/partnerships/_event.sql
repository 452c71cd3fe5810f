-- SPDX-License-Identifier: MIT
-- One event as the API shows it: an expression over the event "e".
json_build_object(
	'number', e.number,
	'at', e.at,
	'action', e.action,
	'organisation', json_build_object(
		'id', e.organisation_id,
		'name', (select o.name from reference.organisation o where o.id = e.organisation_id)
	),
	'member', case
		when e.member_id is not null then json_build_object(
			'id', e.member_id,
			'name', (select o.name from reference.organisation o where o.id = e.member_id)
		)
	end,
	'agreement', e.agreement,
	'reason', e.reason,
	'record', e.record_id
)
