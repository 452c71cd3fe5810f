-- SPDX-License-Identifier: MIT
-- cost: write
insert into engine.widget (id, code, name, batch)
values (:new_id::uuid, :body::jsonb ->> 'code', 'slow', 'slow');

select pg_sleep((:body::jsonb ->> 'seconds')::double precision);

select json_build_object('id', id) as body, version::text as etag, '/v1/widgets/' || id as location
from engine.widget
where id = :new_id::uuid;
