-- SPDX-License-Identifier: MIT
-- cost: read
-- order number: number asc
select json_build_object(
-- include: agreements/_summary.sql
) as item, a.number
from restricted.agreement a
where a.partnership_id = :id::uuid
