-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(
-- include: widgets/_writable.sql
) as document
from engine.widget
where id = :widget_id::uuid
for update;

-- include: widgets/_change.sql
