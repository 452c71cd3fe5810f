-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.step_partnership(:id::uuid, 'activate');

select
-- include: partnerships/_record.sql
from restricted.partnership p
where p.id = :id::uuid;
