-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.notice
where id = :id::uuid
for update;

select
	accord.demand(
		accord.caller_may('partnership-notices:operate')
		or (accord.caller_may('partnership-notices:write') and r.organisation_id = :caller_organisation::uuid),
		'forbidden', null, 'A notice is withdrawn by its own organisation or by an operator.'
	),
	accord.demand_publication(r.state, 'withdraw')
from restricted.notice r
where r.id = :id::uuid;

update restricted.notice
set state = 'withdrawn'
where id = :id::uuid;

-- include: notices/_changed.sql
