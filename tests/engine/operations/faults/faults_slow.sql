-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('slept', :seconds::double precision) as body
from pg_sleep(:seconds::double precision)
