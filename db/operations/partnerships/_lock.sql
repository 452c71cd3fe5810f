-- SPDX-License-Identifier: MIT
-- Locks a partnership under the caller's own eyes: whatever is checked is checked after.
select version
from restricted.partnership
where id = :id::uuid
for update;
