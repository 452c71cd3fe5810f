-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: jobs/_job.sql
as body, j.version::text as etag, case when j.state in ('queued', 'running') then '1' end as retry_after, (
	select '/v1/imports/' || i.id
	from restricted.import i
	where i.id = j.import_id and j.state = 'done' and accord.caller_may('imports:operate')
) as location
from restricted.job j
where j.id = :id::uuid
