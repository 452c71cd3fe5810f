-- SPDX-License-Identifier: MIT
-- A partnership that the caller is a member of, by its own acceptance or that of one that it oversees.
select 1
from restricted.partnership_member j
where j.partnership_id = :id::uuid
and j.organisation_id = any((select accord.caller_organisations())::uuid[])
and j.state = 'accepted'
