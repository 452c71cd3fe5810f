-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

-- Eight digits are a UKPRN, fewer are a URN. A UKPRN that several have means the one that has not closed.
select item.item as body
from reference.institution i
cross join (select null::double precision as metres) near
cross join lateral (
-- include: institutions/_college.sql
) item
where i.kind = 'college'
and (i.reference = :code::text or i.ukprn = :code::text)
order by i.closed_on desc, i.closed_year desc, i.reference
limit 1
