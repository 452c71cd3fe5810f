-- SPDX-License-Identifier: MIT
-- cost: read
select
from restricted.partnership p
where p.id = :id::uuid
