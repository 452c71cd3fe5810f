-- SPDX-License-Identifier: MIT
-- cost: read
-- audit: personal
-- order due: due_on asc, id asc
select json_build_object('writtenBy', written_by) as item, due_on, id
from restricted.note
where (:name::text is null or written_by = :name)
