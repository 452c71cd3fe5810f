-- SPDX-License-Identifier: MIT
-- cost: expensive
select json_build_object('slept', :seconds::double precision) as body
from pg_sleep(:seconds::double precision)
