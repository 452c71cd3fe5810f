-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('total', count(*)) as body
from restricted.note
