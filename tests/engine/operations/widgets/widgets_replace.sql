-- SPDX-License-Identifier: MIT
-- cost: write
select version
from engine.widget
where id = :widget_id::uuid
for update;

-- include: widgets/_change.sql
