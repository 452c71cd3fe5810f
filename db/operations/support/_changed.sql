-- SPDX-License-Identifier: MIT
-- The answer of what changes one that is there.
select item.item as body, r.version::text as etag
from restricted.support_organisation r
cross join lateral (
-- include: support/_support_organisation.sql
) item
where r.id = :id::uuid;
