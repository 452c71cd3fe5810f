-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.support_organisation
where id = :id::uuid
for update;

select
	accord.demand(
		r.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'An entry is published by its own organisation.'
	),
	accord.demand_publication(r.state, 'publish')
from restricted.support_organisation r
where r.id = :id::uuid;

update restricted.support_organisation
set state = 'published', published_at = accord.now()
where id = :id::uuid;

-- include: support/_changed.sql
