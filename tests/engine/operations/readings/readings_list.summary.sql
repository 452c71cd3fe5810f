-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
select json_build_object('sum', coalesce(sum(value), 0)) as body
from reference.reading
