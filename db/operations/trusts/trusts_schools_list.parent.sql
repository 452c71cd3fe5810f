-- SPDX-License-Identifier: MIT
-- cost: read
select 1
from reference.trust
where uid = :uid::integer
