-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.step_agreement(:id::uuid, :number::integer, 'open');

select
-- include: agreements/_agreement.sql
from restricted.agreement a
join restricted.partnership p on p.id = a.partnership_id
-- include: agreements/_words.sql
where a.partnership_id = :id::uuid and a.number = :number::integer;
