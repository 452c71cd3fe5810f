-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('name', name, 'state', state, 'colour', colour) as body, version::text as etag,
	case state when 'draft' then '1' end as retry_after,
	case state when 'painted' then '/v1/widgets/' || id end as location
from engine.widget
where id = :widget_id::uuid
