-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

-- The three digits may have been used before: they mean the living authority, or else the one that ended last.
select item.item as body
from reference.local_authority a
cross join (select true as boundary) shown
cross join lateral (
-- include: areas/_local_authority.sql
) item
where a.code = :code::text
or a.old_code = :code::text
order by a.status, a.closed_on desc
limit 1
