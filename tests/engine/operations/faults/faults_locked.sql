-- SPDX-License-Identifier: MIT
-- cost: write
select version
from engine.widget
where id = :widget_id::uuid
for update nowait;

select json_build_object('locked', true) as body, version::text as etag
from engine.widget
where id = :widget_id::uuid;
