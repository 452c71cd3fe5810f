-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: imports/_import.sql
as body, i.version::text as etag
from restricted.import i
where i.id = :id::uuid
