-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.organisation
where id = :id::uuid
for update;

select pg_advisory_xact_lock(hashtextextended('accord organisation', 0));

select accord.demand(r.state <> 'merged', 'conflict', '/state', 'The organisation was merged into another already.')
from restricted.organisation r
where r.id = :id::uuid;

select accord.demand(
	exists (select from reference.organisation o where o.id = (:body::jsonb ->> 'into')::uuid),
	'rule-broken', '/into', 'No organisation has this id.'
);

update restricted.organisation
set state = 'merged', merged_into = (:body::jsonb ->> 'into')::uuid
where id = :id::uuid;

select o.version::text as etag,
-- include: organisations/_record.sql
where o.id = (:body::jsonb ->> 'into')::uuid;
