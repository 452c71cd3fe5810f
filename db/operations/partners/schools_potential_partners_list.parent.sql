-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
select 1
from reference.organisation o
where o.identifiers @> array['urn:' || :urn::text]
