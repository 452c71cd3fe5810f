-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.client
where id = :id::text
for update;

-- include: clients/_lock.sql

update restricted.client
set version = version
where id = :id::text;

delete from restricted.client_secret
where client_id = :id::text
and id = :secret_id::uuid
returning id;
