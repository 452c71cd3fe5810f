-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
-- order expiresAt: expires_at asc, id asc
-- order distance: distance asc, id asc

select item.item, r.created_at, r.expires_at, r.id, place.distance
from published.notice r
cross join lateral (
	select r.grid <->
-- include: schools/_point.sql
		as distance
) place
cross join lateral (select place.distance as metres) near
cross join lateral (
-- include: notices/_notice.sql
) item
where
-- include: shared/_place_asked.sql
and
-- include: notices/_live.sql
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and r.grid && st_expand(
-- include: schools/_point.sql
			, coalesce(:within::integer, 5000)
		)
	)
)
and
-- include: notices/_filters.sql
