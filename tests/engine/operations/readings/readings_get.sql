-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
select r.id as ".id", r.station as ".station", r.value as ".value", r.note as ".note",
	'7' as etag,
	timestamptz '2025-11-22 10:00:00+00' as last_modified
from reference.reading as r
where r.id = :reading_id::integer
and reference.linger(r.seconds)
