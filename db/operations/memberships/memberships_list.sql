-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- order createdAt: created_at asc, id asc
select
-- include: memberships/_membership.sql
	as item, g.created_at, g.id
from restricted.person_grant g
where g.organisation_id = (select coalesce(:organisation::uuid, :caller_organisation::uuid))
and (:role::text is null or g.role = :role)
