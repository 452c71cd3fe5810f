-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.person_grant
where id = :id::uuid
for update;

-- include: memberships/_lock.sql

select accord.demand(
	g.role <> 'administrator'
	or
-- include: memberships/_another_administrator.sql
	,
	'conflict', '/role', 'An organisation keeps one administrator at least.'
)
from restricted.person_grant g
where g.id = :id::uuid;

delete from restricted.person_grant
where id = :id::uuid
returning version::text as etag;
