-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select item.item, r.created_at, r.id
from restricted.notice r
cross join (select null::double precision as metres) near
cross join lateral (
-- include: notices/_notice.sql
) item
where r.organisation_id = :id::uuid
and (
	:state::text is null
	or :state::text = case when r.state = 'published' and r.expires_at <= accord.now() then 'expired' else r.state end
)
