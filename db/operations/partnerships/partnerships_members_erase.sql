-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.erase_people(:id::uuid, :organisation_id::uuid, :body::jsonb);

select
-- include: partnerships/_member_record.sql
from restricted.partnership_member m
join restricted.partnership p on p.id = m.partnership_id
where m.partnership_id = :id::uuid and m.organisation_id = :organisation_id::uuid;
