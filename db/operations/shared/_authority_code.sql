-- SPDX-License-Identifier: MIT
-- The authority that the path names: three digits that were used twice mean the living one, or else the last to end.
select a.code
from reference.local_authority a
where a.code = :code::text
or a.old_code = :code::text
order by a.status, a.closed_on desc
limit 1
