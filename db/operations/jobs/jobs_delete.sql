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

select accord.cancel_job(:id::uuid);
