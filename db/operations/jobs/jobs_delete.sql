-- SPDX-License-Identifier: MIT
-- cost: write
select j.version::text as version
from restricted.job j
where j.id = :id::uuid
for update;

select accord.demand(
	accord.caller_may('jobs:write') or accord.caller_may('jobs:operate'), 'insufficient-scope', null,
	'The operation needs the scope jobs:write or jobs:operate.'
);

select accord.demand(
	j.organisation_id = :caller_organisation::uuid or accord.caller_may('jobs:operate'), 'forbidden', null,
	'A job is cancelled by its own organisation.'
)
from restricted.job j
where j.id = :id::uuid;

select accord.cancel_job(:id::uuid);
