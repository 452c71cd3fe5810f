-- SPDX-License-Identifier: MIT
-- cost: read
-- order position: position asc, id asc
select json_build_object('id', id, 'position', position, 'label', label) as item, position, id
from engine.part
where widget_id = :widget_id::uuid
