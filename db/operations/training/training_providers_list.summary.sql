-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- given: q

select json_build_object('truncated', :search_truncated::boolean) as body
