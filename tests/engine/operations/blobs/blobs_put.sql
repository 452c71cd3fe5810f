-- SPDX-License-Identifier: MIT
-- cost: write
insert into engine.blob (id, content) values (:blob_id::integer, :body::bytea)
on conflict (id) do update set content = excluded.content;

select json_build_object('size', length(content), 'sha256', encode(sha256(content), 'hex')) as body
from engine.blob
where id = :blob_id::integer;
