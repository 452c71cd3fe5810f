-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
-- order title: sort_title asc, id asc
-- order startsOn: starts_on asc, id asc
select json_build_object(
-- include: partnerships/_partnership.sql
) as item, p.created_at, p.sort_title, p.starts_on, p.id
from restricted.partnership p
where (:state::text is null or p.state = :state)
and (
	:member::uuid is null or p.id in (
		select m.partnership_id
		from restricted.partnership_member m
		where m.organisation_id = :member and m.state in ('invited', 'accepted', 'disputed')
	)
)
and
-- include: partnerships/_filters.sql
