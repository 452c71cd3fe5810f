-- SPDX-License-Identifier: MIT
-- The draft that was just made: a partnership has one at a time.
select
-- include: agreements/_agreement.sql
, '/v1/partnerships/' || p.id || '/agreements/' || a.number as location
from restricted.agreement a
join restricted.partnership p on p.id = a.partnership_id
-- include: agreements/_words.sql
where a.partnership_id = :id::uuid and a.state = 'draft';
