-- SPDX-License-Identifier: MIT
-- cost: write
select version
from engine.widget
where id = :widget_id::uuid
for update;

select accord.demand(exists (
	select
	from engine.move
	join engine.widget on widget.state = move.from_state
	where widget.id = :widget_id::uuid and move.action = 'paint'
), 'conflict', '/state');

update engine.widget
set version = version + 1, state = 'painted', colour = :body::jsonb ->> 'colour'
where id = :widget_id::uuid;

select
-- include: widgets/_columns.sql
, version::text as etag
from engine.widget
where id = :widget_id::uuid;
