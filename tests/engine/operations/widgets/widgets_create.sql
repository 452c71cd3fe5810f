-- SPDX-License-Identifier: MIT
-- cost: write
insert into engine.widget (
	id, code, batch, name, colour, weight, quantity, made_on, fragile, tags, serial, maker_id,
	starts_on, ends_on, shelf, longitude, latitude
)
select
	:new_id::uuid, w.code, w.batch, w.name, w.colour, w.weight, coalesce(w.quantity, 0), w.made_on, w.fragile,
	coalesce(w.tags, '{}'), w.serial, w.maker_id, w.starts_on, w.ends_on,
	case when w.shelf is not null then int4range((w.shelf ->> 'from')::integer, (w.shelf ->> 'to')::integer) end,
	(w.location ->> 'longitude')::double precision, (w.location ->> 'latitude')::double precision
from jsonb_to_record(:body::jsonb) as w(
	code text, batch text, name text, colour text, weight numeric, quantity integer, made_on date, fragile boolean,
	tags text[], serial text, maker_id integer, starts_on date, ends_on date, shelf jsonb, location jsonb
);

select
-- include: widgets/_columns.sql
, version::text as etag, '/v1/widgets/' || id as location
from engine.widget
where id = :new_id::uuid;
