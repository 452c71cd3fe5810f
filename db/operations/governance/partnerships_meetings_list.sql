-- SPDX-License-Identifier: MIT
-- cost: read
-- order heldOn: held_on asc, id asc
select
-- include: governance/_meeting.sql
	as item, m.held_on, m.id
from restricted.partnership_meeting m
where m.partnership_id = :id::uuid
and (:board::uuid is null or m.board_id = :board::uuid)
