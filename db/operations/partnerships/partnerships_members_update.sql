-- SPDX-License-Identifier: MIT
-- cost: write
select p.version, json_strip_nulls(json_build_object(
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
	)
)) as document
from restricted.partnership p
join restricted.partnership_member m on m.partnership_id = p.id
where p.id = :id::uuid and m.organisation_id = :organisation_id::uuid
for update of p;

select accord.change_member(:id::uuid, :organisation_id::uuid, :body::jsonb);

select
-- include: partnerships/_member_record.sql
from restricted.partnership_member m
join restricted.partnership p on p.id = m.partnership_id
where m.partnership_id = :id::uuid and m.organisation_id = :organisation_id::uuid;
