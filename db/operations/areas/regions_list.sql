-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order code: code asc

select json_build_object('code', r.code, 'name', r.name) as item, r.code
from reference.region r
where true
