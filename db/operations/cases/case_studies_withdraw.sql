-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.case_study
where id = :id::uuid
for update;

select
	accord.demand(
		accord.caller_may('case-studies:operate')
		or (accord.caller_may('case-studies:write') and r.organisation_id = :caller_organisation::uuid),
		'forbidden', null, 'A case study is withdrawn by its own organisation or by an operator.'
	),
	accord.demand_publication(r.state, 'withdraw')
from restricted.case_study r
where r.id = :id::uuid;

update restricted.case_study
set state = 'withdrawn'
where id = :id::uuid;

-- include: cases/_changed.sql
