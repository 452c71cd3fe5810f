-- SPDX-License-Identifier: MIT
-- cost: write
select accord.demand_gift(null, array(select jsonb_array_elements_text(:body::jsonb -> 'scopes')));

select accord.demand(
	(:body::jsonb ->> 'expires_at')::timestamptz > accord.now() or :body::jsonb ->> 'expires_at' is null,
	'rule-broken', '/expiresAt', 'It would have expired already.'
);

select pg_advisory_xact_lock(hashtextextended('clients of ' || :caller_organisation::text, 0));

select accord.demand(
	count(*) < accord.most('clients'), 'conflict', null,
	format('The organisation has had %s clients.', accord.most('clients'))
)
from restricted.client c
where c.organisation_id = :caller_organisation::uuid;

insert into restricted.client (id, name, organisation_id, scopes, addresses, expires_at, created_at)
select
	'client-' || :new_id::text, b.name, :caller_organisation::uuid, b.scopes, coalesce(b.addresses, '{}')::cidr[],
	b.expires_at, accord.now()
from jsonb_to_record(:body::jsonb) as b (name text, scopes text[], addresses text[], expires_at timestamptz);

select
-- include: clients/_client.sql
	as body, c.version::text as etag, '/v1/clients/' || c.id as location
from restricted.client c
where c.id = 'client-' || :new_id::text;
