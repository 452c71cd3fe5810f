-- SPDX-License-Identifier: MIT
select i.version::text as version
from restricted.import i
where i.id = :id::uuid
for update;
