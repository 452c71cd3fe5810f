-- SPDX-License-Identifier: MIT
-- cost: read
-- audit: personal
-- order invitedAt: invited_at asc, organisation_id asc
select json_build_object(
-- include: partnerships/_member.sql
) as item, m.invited_at, m.organisation_id
from restricted.partnership_member m
where m.partnership_id = :id::uuid
