-- SPDX-License-Identifier: MIT
-- cost: write
select accord.create_partnership(:new_id::uuid, :body::jsonb);

select accord.demand_terms(jsonb_build_object('phases', coalesce(:body::jsonb -> 'phases', '[]')));

select
-- include: partnerships/_record.sql
, '/v1/partnerships/' || p.id as location
from restricted.partnership p
where p.id = :new_id::uuid;
