-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: governance/_board.sql
	as body, p.version::text as etag
from restricted.partnership_board b
join restricted.partnership p on p.id = b.partnership_id
where b.partnership_id = :id::uuid
and b.id = :board_id::uuid
