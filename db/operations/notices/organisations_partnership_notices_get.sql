-- SPDX-License-Identifier: MIT
-- cost: read
select item.item as body, r.version::text as etag
from restricted.notice r
cross join (select null::double precision as metres) near
cross join lateral (
-- include: notices/_notice.sql
) item
where r.id = :notice_id::uuid
and r.organisation_id = :id::uuid
and r.organisation_id = any((select accord.caller_organisations())::uuid[])
