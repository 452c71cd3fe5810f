-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
select json_build_object('id', r.id, 'station', r.station, 'value', r.value, 'note', r.note) as body,
	'7' as etag,
	timestamptz '2025-11-22 10:00:00+00' as last_modified
from reference.reading as r
where r.id = :reading_id::integer
and reference.linger(r.seconds)
