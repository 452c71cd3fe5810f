-- SPDX-License-Identifier: MIT
-- Who is considered, with what is to be compared: neither "itself" nor a partner of it, nor what has closed. Each is
-- looked up by itself: a planner that cannot tell how few there are would read the registers from end to end.
select o.*, coalesce(o.grid <-> itself.place, found.metres) as metres
from itself
cross join (
	select each.id, min(each.metres) as metres
	from (
		select near.id, near.metres
		from itself
		cross join lateral (
-- include: partners/_near.sql
		) near
		union all
		select b.organisation_id, null from complementing b
	) each
	group by each.id
) found
cross join lateral (
	select
-- include: partners/_profile.sql
	from reference.organisation o
	left join reference.school s on s.urn = case when o.kind = 'school' then o.reference::integer end
	where o.id = found.id
	limit 1
) o
where o.id <> itself.id
and (:kind::text[] is null or o.kind = any(:kind::text[]))
and coalesce(o.status, 'Open') not in ('Closed', 'terminated')
and coalesce(o.grid <-> itself.place, found.metres, 0) <= coalesce(:within::integer, 5000)
and not exists (
	select
	from published.partner_pair p
	where p.organisation_id = itself.id and p.partner_id = o.id
)
