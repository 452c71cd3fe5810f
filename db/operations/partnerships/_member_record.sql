-- SPDX-License-Identifier: MIT
-- One member "m" of the partnership "p" as the API shows it to a caller: columns of the reply.
json_build_object(
-- include: partnerships/_member.sql
	, 'allowedActions', to_json(accord.member_actions(m.partnership_id, m.organisation_id))
) as body, p.version::text as etag
