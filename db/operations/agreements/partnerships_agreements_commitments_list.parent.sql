-- SPDX-License-Identifier: MIT
-- cost: read
select
from restricted.agreement a
where a.partnership_id = :id::uuid and a.number = :number::integer
