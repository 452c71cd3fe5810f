-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select
-- include: clients/_client.sql
	as item, c.created_at, c.id
from restricted.client c
where c.organisation_id = (select coalesce(:organisation::uuid, :caller_organisation::uuid))
and (:state::text is null or accord.client_state(c.disabled_at, c.expires_at) = :state)
