-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select item.item, r.created_at, r.id
from published.case_study r
cross join lateral (
-- include: cases/_case_study.sql
) item
where
-- include: shared/_terms.sql
and
-- include: shared/_schooling.sql
and (:tag::text[] is null or r.tags && :tag::text[])
and (:participant::uuid is null or r.participants @> array[:participant::uuid])
and
-- include: shared/_written.sql
