-- SPDX-License-Identifier: MIT
-- cost: write
insert into engine.widget (id, code, name)
values (:new_id::uuid, 'VA-0001', 'vanishing');

select json_build_object('locked', false) as body
from engine.widget
where id = :new_id::uuid and code <> 'VA-0001';
