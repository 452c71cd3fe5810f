-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: partnerships/_record.sql
from restricted.partnership p
where p.id = :id::uuid
