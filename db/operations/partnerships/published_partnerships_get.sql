-- SPDX-License-Identifier: MIT
-- cost: read
select
-- include: partnerships/_published.sql
as body
from published.partnership p
where p.id = :id::uuid
