-- SPDX-License-Identifier: MIT
-- One version "a" of the agreement of the partnership "p" as the API shows it to a caller: columns of the reply.
json_build_object(
-- include: agreements/_summary.sql
	, 'title', coalesce(a.text::jsonb ->> 'title', p.title),
	'form', coalesce(a.text::jsonb ->> 'form', p.form),
	'amends', a.text::jsonb ->> 'amends',
	'clauses', a.clauses,
	'text', a.text,
	'signatories',
-- include: agreements/_signatories.sql
	, 'allowedActions', to_json(accord.agreement_actions(a.partnership_id, a.number))
) as body, p.version::text as etag
