-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order id: id asc
select id, id as ".id", station as ".station", value as ".value", note as ".note"
from reference.reading
where (:station::text[] is null or station = any(:station))
and (:note::text is null or note = :note)
and value >= :least::numeric
