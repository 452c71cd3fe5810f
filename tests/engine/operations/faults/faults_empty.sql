-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('never', 'shown') as body
where false
