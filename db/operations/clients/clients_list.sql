-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select
-- include: clients/_client.sql
	as item, c.created_at, c.id
from restricted.client c
where c.organisation_id = any((select accord.caller_organisations())::uuid[])
and (:organisation::uuid is null or c.organisation_id = :organisation)
and (:state::text is null or accord.client_state(c.disabled_at, c.expires_at) = :state)
