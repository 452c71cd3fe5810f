-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: widgets/_columns.sql
, version::text as etag
from engine.widget
where id = :widget_id::uuid
