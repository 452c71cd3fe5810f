-- SPDX-License-Identifier: MIT
-- cost: read
-- audit: personal
select json_build_object('id', id, 'text', text, 'dueOn', due_on, 'writtenBy', written_by) as body
from restricted.note
where id = :note_id::uuid
