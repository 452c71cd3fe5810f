-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.notice
where id = :id::uuid
for update;

select
	accord.demand(
		r.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'A notice is published by its own organisation.'
	),
	accord.demand_publication(r.state, 'publish'),
	accord.demand(r.expires_at > accord.now(), 'rule-broken', '/expiresAt', 'It has expired already.')
from restricted.notice r
where r.id = :id::uuid;

update restricted.notice
set state = 'published', published_at = accord.now()
where id = :id::uuid;

-- include: notices/_changed.sql
