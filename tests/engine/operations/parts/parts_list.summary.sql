-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object(
	'total', count(*),
	'positions', json_build_object('least', min(position), 'most', max(position))
) as body
from engine.part
where widget_id = :widget_id::uuid
