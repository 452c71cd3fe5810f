-- SPDX-License-Identifier: MIT
-- cost: read
select item.item as body, r.version::text as etag
from published.support_organisation r
cross join lateral (
-- include: support/_support_organisation.sql
) item
where r.id = :id::uuid
