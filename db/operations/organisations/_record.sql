-- SPDX-License-Identifier: MIT
-- The answer of what changes a record of our own register: the organisation as anybody reads it.
select item.item as body, o.version::text as etag, '/v1/organisations/' || o.id as location
from reference.organisation o
cross join (select null::double precision as metres) near
cross join lateral (
-- include: organisations/_organisation.sql
) item
