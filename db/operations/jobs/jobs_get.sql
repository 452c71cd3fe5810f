-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: jobs/_job.sql
as body, j.version::text as etag, case when j.state in ('queued', 'running') then '1' end as retry_after
from restricted.job j
where j.id = :id::uuid
