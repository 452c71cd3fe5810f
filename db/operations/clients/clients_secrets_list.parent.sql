-- SPDX-License-Identifier: MIT
-- cost: read
select
from restricted.client c
where c.id = :id::text
and c.organisation_id = any((select accord.caller_organisations())::uuid[])
