-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.keep_board(:id::uuid, :new_id::uuid, :body::jsonb);

select
-- include: governance/_board.sql
	as body, p.version::text as etag, '/v1/partnerships/' || b.partnership_id || '/boards/' || b.id as location
from restricted.partnership_board b
join restricted.partnership p on p.id = b.partnership_id
where b.id = :new_id::uuid;
