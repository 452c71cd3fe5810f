-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order name: name asc, id asc
-- order weight: weight asc, id asc
-- order madeOn: made_on asc, id asc
-- order createdAt: created_at asc, id asc
-- order code: code asc
-- order closeness: closeness asc, id asc
-- search like: closeness
select
-- include: widgets/_columns.sql
, id, code, name, weight, made_on, created_at, near.closeness
from engine.widget
cross join lateral (select (:search_found::jsonb ->> id::text)::integer as closeness) near
where (:like::text is null or id = any(array(select jsonb_object_keys(:search_found::jsonb)::uuid)))
and (:batch::text is null or batch = :batch)
and (:colour::text[] is null or colour = any(:colour))
and (:state::text is null or state = :state)
and (:fragile::boolean is null or fragile = :fragile)
and (:min_weight::numeric is null or weight >= :min_weight)
and (:quantity::integer is null or quantity = :quantity)
and (:made_after::date is null or made_on > :made_after)
and (:maker_id::integer[] is null or maker_id = any(:maker_id))
and (:code::text is null or code = :code)
