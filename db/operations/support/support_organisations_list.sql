-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order name: sort_name asc, id asc
-- order createdAt: created_at asc, id asc
select item.item, r.sort_name, r.created_at, r.id
from published.support_organisation r
cross join lateral (
-- include: support/_support_organisation.sql
) item
where
-- include: shared/_terms.sql
and (:tag::text[] is null or r.tags && :tag::text[])
and (
	:local_authority::text[] is null
	or r.local_authorities = '{}'
	or r.local_authorities &&
-- include: shared/_authorities.sql
)
and
-- include: shared/_written.sql
