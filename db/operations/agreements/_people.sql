-- SPDX-License-Identifier: MIT
-- Whose people a caller is given with the partnership "p": members of its object.
'people', case
	when exists (
		select
		from restricted.partnership_member j
		where j.partnership_id = p.id and j.state = 'accepted'
		and j.organisation_id = any ((select accord.caller_organisations())::uuid[])
	)
		then 'all'
	else 'own'
end,
