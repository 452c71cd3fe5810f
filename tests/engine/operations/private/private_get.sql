-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('secret', 'kept') as body
