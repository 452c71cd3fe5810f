-- SPDX-License-Identifier: MIT
-- cost: read
-- order createdAt: created_at asc, id asc
select
-- include: jobs/_job.sql
as item, j.created_at, j.id
from restricted.job j
where (:state::text[] is null or j.state = any(:state::text[]))
and (:kind::text is null or j.kind = :kind::text)
