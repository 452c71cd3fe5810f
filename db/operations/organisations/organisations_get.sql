-- SPDX-License-Identifier: MIT
-- cost: read

-- Not kept in memory: whoever changes an organisation reads the change at once. One that was merged into another is
-- that other, among whose identifiers its id is.
select o.version::text as etag,
-- include: organisations/_columns.sql
from reference.organisation o
cross join (select null::double precision as metres) near
where o.id = :id::uuid
or o.lookup @> array['accord:' || :id]
order by o.id <> :id::uuid
limit 1
