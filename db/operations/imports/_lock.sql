-- SPDX-License-Identifier: MIT
select i.version::text as version
from restricted.import i
where i.id = :id::uuid
for update;

select accord.demand(
	i.organisation_id = :caller_organisation::uuid, 'forbidden', null,
	'An import is changed by its own organisation.'
)
from restricted.import i
where i.id = :id::uuid;
