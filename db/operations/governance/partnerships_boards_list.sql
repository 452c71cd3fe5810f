-- SPDX-License-Identifier: MIT
-- cost: read
-- order name: sort_name asc, id asc
select
-- include: governance/_board.sql
	as item, b.sort_name, b.id
from restricted.partnership_board b
where b.partnership_id = :id::uuid
