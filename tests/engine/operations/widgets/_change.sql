-- SPDX-License-Identifier: MIT
update engine.widget
set version = version + 1, code = w.code, batch = w.batch, name = w.name, colour = w.colour, weight = w.weight,
	quantity = coalesce(w.quantity, 0), made_on = w.made_on, fragile = w.fragile, tags = coalesce(w.tags, '{}'),
	serial = w.serial, maker_id = w.maker_id, starts_on = w.starts_on, ends_on = w.ends_on,
	shelf = case when w.shelf is not null then
		int4range((w.shelf ->> 'from')::integer, (w.shelf ->> 'to')::integer) end,
	longitude = (w.location ->> 'longitude')::double precision,
	latitude = (w.location ->> 'latitude')::double precision
from jsonb_to_record(:body::jsonb) as w(
	code text, batch text, name text, colour text, weight numeric, quantity integer, made_on date, fragile boolean,
	tags text[], serial text, maker_id integer, starts_on date, ends_on date, shelf jsonb, location jsonb
)
where id = :widget_id::uuid
returning widget.batch;

select
-- include: widgets/_columns.sql
, version::text as etag
from engine.widget
where id = :widget_id::uuid;
