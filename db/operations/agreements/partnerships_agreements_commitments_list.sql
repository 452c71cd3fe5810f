-- SPDX-License-Identifier: MIT
-- cost: read
-- audit: personal
-- order sha256: sha256 asc
select
-- include: agreements/_commitment.sql
as item, c.sha256
from restricted.agreement_commitment c
where c.partnership_id = :id::uuid and c.number = :number::integer
