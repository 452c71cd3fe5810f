-- SPDX-License-Identifier: MIT
-- One version "a", of the words "w", of the agreement of the partnership "p" as a caller sees it: columns of the reply.
json_build_object(
	'partnership', a.partnership_id,
-- include: agreements/_terms.sql
-- include: agreements/_summary.sql
	, 'signatories',
-- include: agreements/_signatories.sql
	, 'codes', (
		select coalesce(json_agg(json_build_object('code', k.code, 'name', k.name) order by k.code), '[]')
		from reference.code k
		where k.list = 'PublishSubject' and k.code in (
			select jsonb_array_elements_text(jsonb_path_query(a.clauses, '$[*].activities[*].subjects'))
		)
	), 'allowedActions', to_json(accord.agreement_actions(a.partnership_id, a.number))
) as body, p.version::text as etag
