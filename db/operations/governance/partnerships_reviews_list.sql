-- SPDX-License-Identifier: MIT
-- cost: read
-- order dueOn: due_on asc, id asc
select
-- include: governance/_review.sql
	as item, r.due_on, r.id
from restricted.partnership_review r
where r.partnership_id = :id::uuid
and (:held::boolean is null or :held::boolean = (r.held_on is not null))
