-- SPDX-License-Identifier: MIT
-- The organisation of the record "r" by name.
select row_to_json(m)
from (
	select r.organisation_id as id,
		(select o.name from reference.organisation o where o.id = r.organisation_id) as name
) m
