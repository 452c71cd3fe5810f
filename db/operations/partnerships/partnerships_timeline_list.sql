-- SPDX-License-Identifier: MIT
-- cost: read
-- order number: number asc
select
-- include: partnerships/_event.sql
as item, e.number
from restricted.partnership_event e
where e.partnership_id = :id::uuid
