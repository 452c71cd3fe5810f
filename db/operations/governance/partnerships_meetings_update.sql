-- SPDX-License-Identifier: MIT
-- cost: write
select p.version, json_strip_nulls(json_build_object(
	'board', m.board_id, 'heldOn', m.held_on, 'host', m.host_id, 'summary', m.summary, 'decisions', m.decisions,
	'actions', m.actions
)) as document
from restricted.partnership p
join restricted.partnership_meeting m on m.partnership_id = p.id
where p.id = :id::uuid and m.id = :meeting_id::uuid
for update of p;

select accord.keep_meeting(:id::uuid, :meeting_id::uuid, :body::jsonb);

select
-- include: governance/_meeting.sql
	as body, p.version::text as etag
from restricted.partnership_meeting m
join restricted.partnership p on p.id = m.partnership_id
where m.id = :meeting_id::uuid;
