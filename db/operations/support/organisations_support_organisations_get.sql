-- SPDX-License-Identifier: MIT
-- cost: read
select item.item as body, r.version::text as etag
from restricted.support_organisation r
cross join lateral (
-- include: support/_support_organisation.sql
) item
where r.id = :support_id::uuid
and r.organisation_id = :id::uuid
and r.organisation_id = any((select accord.caller_organisations())::uuid[])
