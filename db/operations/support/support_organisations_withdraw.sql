-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.support_organisation
where id = :id::uuid
for update;

select
	accord.demand(
		accord.caller_may('support-organisations:operate')
		or (accord.caller_may('support-organisations:write') and r.organisation_id = :caller_organisation::uuid),
		'forbidden', null, 'An entry is withdrawn by its own organisation or by an operator.'
	),
	accord.demand_publication(r.state, 'withdraw')
from restricted.support_organisation r
where r.id = :id::uuid;

update restricted.support_organisation
set state = 'withdrawn'
where id = :id::uuid;

-- include: support/_changed.sql
