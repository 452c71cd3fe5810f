-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: memberships/_membership.sql
	as body, g.version::text as etag
from restricted.person_grant g
where g.id = :id::uuid
and g.organisation_id = any((select accord.caller_organisations())::uuid[])
