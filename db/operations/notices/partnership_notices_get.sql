-- SPDX-License-Identifier: MIT
-- cost: read
select item.item as body, r.version::text as etag
from published.notice r
cross join (select null::double precision as metres) near
cross join lateral (
-- include: notices/_notice.sql
) item
where r.id = :id::uuid
and
-- include: notices/_live.sql
