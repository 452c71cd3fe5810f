-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.person_grant
where id = :id::uuid
for update;

-- include: memberships/_lock.sql

select accord.demand(
	g.role <> 'administrator'
	or exists (
		select
		from restricted.person_grant o
		where o.organisation_id = g.organisation_id
		and o.role = 'administrator'
		and o.id <> g.id
	),
	'conflict', '/role', 'An organisation keeps one administrator at least.'
)
from restricted.person_grant g
where g.id = :id::uuid;

delete from restricted.person_grant
where id = :id::uuid
returning version::text as etag;
