-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('size', length(b.content), 'sha256', encode(sha256(b.content), 'hex')) as body,
	case when b.id is null then '3' end as retry_after
from (select :blob_id::integer as id) place
left join engine.blob b on b.id = place.id
