-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'name', name,
	'role', role,
	'scopes', to_json(scopes)
)) as document
from restricted.person_grant
where id = :id::uuid
for update;

-- include: memberships/_lock.sql

select
	accord.demand_gift(
		nullif(:body::jsonb ->> 'role', g.role),
		array(
			select jsonb_array_elements_text(:body::jsonb -> 'scopes')
			except
			select unnest(g.scopes)
		)
	),
	accord.demand(
		g.role <> 'administrator' or :body::jsonb ->> 'role' = 'administrator'
		or
-- include: memberships/_another_administrator.sql
		,
		'conflict', '/role', 'An organisation keeps one administrator at least.'
	)
from restricted.person_grant g
where g.id = :id::uuid;

update restricted.person_grant
set name = b.name, role = b.role, scopes = coalesce(b.scopes, '{}')
from jsonb_to_record(:body::jsonb) as b (name text, role text, scopes text[])
where id = :id::uuid;

select
-- include: memberships/_membership.sql
	as body, g.version::text as etag
from restricted.person_grant g
where g.id = :id::uuid;
