-- SPDX-License-Identifier: MIT
-- The trust of the school "s", as its schools show it.
select row_to_json(m)
from (
	select t.uid, t.name, t.demonstration, j.joined_on as "joinedOn"
	from reference.trust_school j
	join reference.trust t on t.uid = j.uid
	where j.urn = s.urn
) m
