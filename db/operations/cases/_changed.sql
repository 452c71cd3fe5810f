-- SPDX-License-Identifier: MIT
-- The answer of what changes one that is there.
select item.item as body, r.version::text as etag
from restricted.case_study r
cross join lateral (
-- include: cases/_case_study.sql
) item
where r.id = :id::uuid;
