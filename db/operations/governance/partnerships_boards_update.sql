-- SPDX-License-Identifier: MIT
-- cost: write
select p.version, json_strip_nulls(json_build_object(
	'name', b.name, 'terms', b.terms, 'seats', b.seats
)) as document
from restricted.partnership p
join restricted.partnership_board b on b.partnership_id = p.id
where p.id = :id::uuid and b.id = :board_id::uuid
for update of p;

select accord.keep_board(:id::uuid, :board_id::uuid, :body::jsonb);

select
-- include: governance/_board.sql
	as body, p.version::text as etag
from restricted.partnership_board b
join restricted.partnership p on p.id = b.partnership_id
where b.id = :board_id::uuid;
