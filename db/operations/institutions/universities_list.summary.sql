-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom

select json_build_object('truncated', :search_truncated::boolean) as body
where :q::text is not null
