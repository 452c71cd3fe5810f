-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.keep_meeting(:id::uuid, :new_id::uuid, :body::jsonb);

select
-- include: governance/_meeting.sql
	as body, p.version::text as etag, '/v1/partnerships/' || m.partnership_id || '/meetings/' || m.id as location
from restricted.partnership_meeting m
join restricted.partnership p on p.id = m.partnership_id
where m.id = :new_id::uuid;
