-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('machines', json_agg(m.machine order by m.name)) as body
from (
	select s.machine as name, json_build_object('name', s.machine, 'steps', json_agg(json_build_object(
		'from', s.from_state,
		'action', s.action,
		'to', s.to_state,
		'who', s.who,
		'scope', s.scope
	) order by s.from_state, s.action, s.who)) as machine
	from published.machine_step s
	group by s.machine
) as m
