-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select item.item, r.created_at, r.id
from restricted.support_organisation r
cross join lateral (
-- include: support/_support_organisation.sql
) item
where r.organisation_id = :id::uuid
and (:state::text is null or r.state = :state::text)
