-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order id: id asc
select json_build_object('id', id, 'station', station, 'value', value, 'note', note) as item, id
from reference.reading
where (:station::text[] is null or station = any(:station))
and (:note::text is null or note = :note)
and value >= :least::numeric
