-- SPDX-License-Identifier: MIT
-- One member as the API shows it, without what the caller may do: members of the object of "m".
'organisation', json_build_object(
	'id', m.organisation_id,
	'name', (select o.name from reference.organisation o where o.id = m.organisation_id)
),
'role', m.role,
'offeredRole', m.offered_role,
'state', m.state,
'goal', m.goal,
'responsibilities', to_json(m.responsibilities),
'infrastructure', to_json(m.infrastructure),
'projectLead', (
	select json_build_object('name', c.name, 'title', c.title, 'email', c.email)
	from restricted.partnership_contact c
	where (c.partnership_id, c.organisation_id, c.kind) = (m.partnership_id, m.organisation_id, 'projectLead')
),
'executiveSponsor', (
	select json_build_object('name', c.name, 'title', c.title, 'email', c.email)
	from restricted.partnership_contact c
	where (c.partnership_id, c.organisation_id, c.kind) = (m.partnership_id, m.organisation_id, 'executiveSponsor')
),
'reason', m.reason,
'invitedAt', m.invited_at,
'acceptedAt', m.accepted_at,
'self', '/v1/partnerships/' || m.partnership_id || '/members/' || m.organisation_id
