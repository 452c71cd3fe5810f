-- SPDX-License-Identifier: MIT
-- cost: read
-- order due: due_on asc, id asc
select
	json_build_object('id', id, 'text', text, 'dueOn', due_on, 'writtenBy', written_by) as item,
	due_on,
	id
from restricted.note
where true
