-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.invite_member(:id::uuid, (:body::jsonb ->> 'organisation')::uuid, :body::jsonb ->> 'role');

select
-- include: partnerships/_member_record.sql
, '/v1/partnerships/' || p.id || '/members/' || m.organisation_id as location
from restricted.partnership_member m
join restricted.partnership p on p.id = m.partnership_id
where m.partnership_id = :id::uuid and m.organisation_id = (:body::jsonb ->> 'organisation')::uuid;
