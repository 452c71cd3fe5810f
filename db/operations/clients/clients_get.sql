-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: clients/_client.sql
	as body, c.version::text as etag
from restricted.client c
where c.id = :id::text
and c.organisation_id = any((select accord.caller_organisations())::uuid[])
