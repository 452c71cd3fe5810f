-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object(
	'parameters', json_build_object(
		'subject', :caller_subject::text,
		'client', :caller_client::text,
		'organisation', :caller_organisation::uuid,
		'role', :caller_role::text,
		'scopes', :caller_scopes::text[],
		'expiresAt', :caller_expires_at::timestamptz
	),
	'settings', json_build_object(
		'subject', current_setting('accord.caller_subject', true),
		'client', current_setting('accord.caller_client', true),
		'organisation', current_setting('accord.caller_organisation', true),
		'role', current_setting('accord.caller_role', true),
		'scopes', current_setting('accord.caller_scopes', true)
	)
) as body
