-- SPDX-License-Identifier: MIT
-- cost: read
select 1
from reference.school
where urn = :urn::integer
