-- SPDX-License-Identifier: MIT
-- cost: read

-- Not kept in memory: whoever changes an organisation reads the change at once. One that was merged into another is
-- that other, among whose identifiers its id is.
select item.item as body, o.version::text as etag
from reference.organisation o
cross join (select null::double precision as metres) near
cross join lateral (
-- include: organisations/_organisation.sql
) item
where o.id = :id::uuid
or o.lookup @> array['accord:' || :id]
order by o.id <> :id::uuid
limit 1
