-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('fixed', :number::integer) as body
