-- SPDX-License-Identifier: MIT
-- Whether somebody but the membership "g" can give roles in its organisation: an expression.
exists (
	select
	from restricted.person_grant o
	where o.organisation_id = g.organisation_id
	and o.role = 'administrator'
	and o.id <> g.id
)
