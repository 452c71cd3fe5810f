-- SPDX-License-Identifier: MIT
-- Of a client that is locked: it is the acting organisation's own, and lives.
select
	accord.demand(
		c.organisation_id = :caller_organisation::uuid, 'forbidden', null,
		'A client is changed by its own organisation.'
	),
	accord.demand(c.disabled_at is null, 'conflict', '/state', 'The client is disabled.')
from restricted.client c
where c.id = :id::text;
