-- SPDX-License-Identifier: MIT
-- Of a membership that is locked: it is the acting organisation's own, and somebody remains who can give roles. The
-- administrators are locked in one order, so that of two who take each other's role one is late.
select accord.demand(
	g.organisation_id = :caller_organisation::uuid, 'forbidden', null,
	'A membership is changed by its own organisation.'
)
from restricted.person_grant g
where g.id = :id::uuid;

select g.id
from restricted.person_grant g
where g.organisation_id = :caller_organisation::uuid
and g.role = 'administrator'
order by g.id
for update;
