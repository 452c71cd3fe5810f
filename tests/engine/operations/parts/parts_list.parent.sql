-- SPDX-License-Identifier: MIT
-- cost: read
select 1
from engine.widget
where id = :widget_id::uuid
