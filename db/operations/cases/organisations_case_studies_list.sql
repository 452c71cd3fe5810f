-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select item.item, r.created_at, r.id
from restricted.case_study r
cross join lateral (
-- include: cases/_case_study.sql
) item
where r.organisation_id = :id::uuid
and (:state::text is null or r.state = :state::text)
