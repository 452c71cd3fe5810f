-- SPDX-License-Identifier: MIT
-- cost: read
select item.item as body, r.version::text as etag
from published.case_study r
cross join lateral (
-- include: cases/_case_study.sql
) item
where r.id = :id::uuid
