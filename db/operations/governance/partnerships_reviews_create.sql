-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.keep_review(:id::uuid, :new_id::uuid, :body::jsonb);

select
-- include: governance/_review.sql
	as body, p.version::text as etag, '/v1/partnerships/' || r.partnership_id || '/reviews/' || r.id as location
from restricted.partnership_review r
join restricted.partnership p on p.id = r.partnership_id
where r.id = :new_id::uuid;
