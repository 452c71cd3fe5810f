-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: governance/_review.sql
	as body, p.version::text as etag
from restricted.partnership_review r
join restricted.partnership p on p.id = r.partnership_id
where r.partnership_id = :id::uuid
and r.id = :review_id::uuid
