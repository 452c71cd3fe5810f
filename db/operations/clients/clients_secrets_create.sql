-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.client
where id = :id::text
for update;

-- include: clients/_lock.sql

select accord.demand(
	(select count(*) from restricted.client_secret s where s.client_id = :id::text) < 2,
	'conflict', '/secrets', 'The client has two secrets already; delete one first.'
);

insert into restricted.client_secret (id, client_id, digest, created_at)
values (:new_id::uuid, :id::text, :new_secret_digest::bytea, accord.now());

update restricted.client
set version = version
where id = :id::text;

select
	json_build_object(
		'id', s.id,
		'createdAt', s.created_at,
		'self', '/v1/clients/' || s.client_id || '/secrets/' || s.id
	) as body,
	'/v1/clients/' || s.client_id || '/secrets' as location
from restricted.client_secret s
where s.id = :new_id::uuid;
