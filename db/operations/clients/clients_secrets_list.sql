-- SPDX-License-Identifier: MIT
-- cost: read
-- order createdAt: created_at asc, id asc
select json_build_object(
	'id', s.id,
	'createdAt', s.created_at,
	'self', '/v1/clients/' || s.client_id || '/secrets/' || s.id
) as item, s.created_at, s.id
from restricted.client_secret s
where s.client_id = :id::text
