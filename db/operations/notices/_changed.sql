-- SPDX-License-Identifier: MIT
-- The answer of what changes a notice that is there.
select item.item as body, r.version::text as etag
from restricted.notice r
cross join (select null::double precision as metres) near
cross join lateral (
-- include: notices/_notice.sql
) item
where r.id = :id::uuid;
