-- SPDX-License-Identifier: MIT
-- cost: write
-- include: imports/_lock.sql

select accord.start_import(:id::uuid, :new_id::uuid);

select
-- include: jobs/_job.sql
as body, '/v1/jobs/' || j.id as location
from restricted.job j
where j.id = :new_id::uuid;
