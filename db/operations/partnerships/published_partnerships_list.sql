-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order activatedAt: activated_at asc, id asc
-- order title: sort_title asc, id asc
select
-- include: partnerships/_published.sql
as item, p.activated_at, p.sort_title, p.id
from published.partnership p
where (:state::text is null or p.state = :state)
and (
	:member::uuid is null or p.id in (
		select m.partnership_id
		from published.partnership_member m
		where m.organisation_id = :member
	)
)
and
-- include: partnerships/_filters.sql
