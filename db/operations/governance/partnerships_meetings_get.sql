-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: governance/_meeting.sql
	as body, p.version::text as etag
from restricted.partnership_meeting m
join restricted.partnership p on p.id = m.partnership_id
where m.partnership_id = :id::uuid
and m.id = :meeting_id::uuid
