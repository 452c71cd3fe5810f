-- SPDX-License-Identifier: MIT
-- cost: read
select 1
from reference.code_list
where name = :name::text
