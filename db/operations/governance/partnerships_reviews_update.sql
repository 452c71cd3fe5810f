-- SPDX-License-Identifier: MIT
-- cost: write
select p.version, json_strip_nulls(json_build_object(
	'dueOn', r.due_on, 'purpose', r.purpose, 'reviewer', r.reviewer_id, 'heldOn', r.held_on, 'findings', r.findings
)) as document
from restricted.partnership p
join restricted.partnership_review r on r.partnership_id = p.id
where p.id = :id::uuid and r.id = :review_id::uuid
for update of p;

select accord.keep_review(:id::uuid, :review_id::uuid, :body::jsonb);

select
-- include: governance/_review.sql
	as body, p.version::text as etag
from restricted.partnership_review r
join restricted.partnership p on p.id = r.partnership_id
where r.id = :review_id::uuid;
