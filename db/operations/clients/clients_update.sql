-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'name', name,
	'scopes', to_json(scopes),
	'addresses', to_json(addresses::text[]),
	'expiresAt', expires_at
)) as document
from restricted.client
where id = :id::text
for update;

-- include: clients/_lock.sql

select
	accord.demand_gift(
		null,
		array(
			select jsonb_array_elements_text(:body::jsonb -> 'scopes')
			except
			select unnest(c.scopes)
		)
	),
	accord.demand(
		(:body::jsonb ->> 'expires_at')::timestamptz > accord.now() or :body::jsonb ->> 'expires_at' is null,
		'rule-broken', '/expiresAt', 'It would have expired already.'
	)
from restricted.client c
where c.id = :id::text;

update restricted.client
set name = b.name, scopes = b.scopes, addresses = coalesce(b.addresses, '{}')::cidr[], expires_at = b.expires_at
from jsonb_to_record(:body::jsonb) as b (name text, scopes text[], addresses text[], expires_at timestamptz)
where id = :id::text;

select
-- include: clients/_client.sql
	as body, c.version::text as etag
from restricted.client c
where c.id = :id::text;
