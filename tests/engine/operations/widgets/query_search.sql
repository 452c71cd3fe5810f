-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('found', count(*), 'names', coalesce(json_agg(name order by name), '[]')) as body
from engine.widget
where name like '%' || (:body::jsonb ->> 'text') || '%'
and (:body::jsonb ->> 'made_after' is null or made_on > (:body::jsonb ->> 'made_after')::date)
