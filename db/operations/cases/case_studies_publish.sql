-- SPDX-License-Identifier: MIT
-- cost: write
select version
from restricted.case_study
where id = :id::uuid
for update;

select
	accord.demand(
		r.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'A case study is published by its own organisation.'
	),
	accord.demand_publication(r.state, 'publish')
from restricted.case_study r
where r.id = :id::uuid;

update restricted.case_study
set state = 'published', published_at = accord.now()
where id = :id::uuid;

-- include: cases/_changed.sql
