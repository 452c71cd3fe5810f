-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('opened', true) as body
