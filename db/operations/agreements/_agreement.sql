-- SPDX-License-Identifier: MIT
-- One version "a" of the agreement of the partnership "p" as the API shows it to a caller: columns of the reply.
json_build_object(
-- include: agreements/_terms.sql
-- include: agreements/_summary.sql
	, 'signatories',
-- include: agreements/_signatories.sql
	, 'allowedActions', to_json(accord.agreement_actions(a.partnership_id, a.number))
) as body, p.version::text as etag
