-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.organisation
where id = :id::uuid
for update;

select accord.demand(r.state = 'unverified', 'conflict', '/state', 'Only what is unverified is verified.')
from restricted.organisation r
where r.id = :id::uuid;

update restricted.organisation
set state = 'verified'
where id = :id::uuid;

select o.version::text as etag,
-- include: organisations/_record.sql
where o.id = :id::uuid;
