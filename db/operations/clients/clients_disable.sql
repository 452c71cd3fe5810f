-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.client
where id = :id::text
for update;

-- include: clients/_lock.sql

delete from restricted.client_secret
where client_id = :id::text;

update restricted.client
set disabled_at = accord.now(), revoked_at = accord.now(), keys = null
where id = :id::text;

select
-- include: clients/_client.sql
	as body, c.version::text as etag
from restricted.client c
where c.id = :id::text;
