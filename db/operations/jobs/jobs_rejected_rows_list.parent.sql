-- SPDX-License-Identifier: MIT
-- cost: read
select 1
from restricted.job j
where j.id = :id::uuid
