-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: widgets/_item.sql
as body, version::text as etag
from engine.widget
where id = :widget_id::uuid
