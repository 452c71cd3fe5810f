-- SPDX-License-Identifier: MIT
-- cost: read

-- Of the widgets whose names hold the text the twenty shortest names: how much longer each is.
select jsonb_object_agg(id, length(name) - length(:like::text)) filter (where place <= 20) as found,
	count(*) > 20 as cut
from (
	select id, name, row_number() over (order by length(name), id) as place
	from engine.widget
	where strpos(name, :like) > 0
	and (:batch::text is null or batch = :batch)
) held
