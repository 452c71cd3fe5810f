-- SPDX-License-Identifier: MIT
-- One partnership "p" as the API shows it to a caller: columns of the reply.
json_build_object(
-- include: partnerships/_partnership.sql
	, 'allowedActions', to_json(accord.partnership_actions(p.id))
) as body, p.version::text as etag
