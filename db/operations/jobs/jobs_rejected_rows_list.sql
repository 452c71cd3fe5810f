-- SPDX-License-Identifier: MIT
-- cost: read
-- order number: number asc
select (
	select row_to_json(shown)
	from (
		select j.file_name as "file", r.line, r.key, r.reason
	) shown
) as item, r.number
from restricted.job_rejection r
join restricted.job j on j.id = r.job_id
where r.job_id = :id::uuid
