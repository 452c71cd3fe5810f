-- SPDX-License-Identifier: MIT
-- cost: write
select version
from engine.widget
where id = :widget_id::uuid
for update;

delete from engine.widget
where id = :widget_id::uuid
returning version::text as etag;
