-- SPDX-License-Identifier: MIT
-- cost: read
select item.item as body, r.version::text as etag
from restricted.case_study r
cross join lateral (
-- include: cases/_case_study.sql
) item
where r.id = :case_study_id::uuid
and r.organisation_id = :id::uuid
and r.organisation_id = any((select accord.caller_organisations())::uuid[])
