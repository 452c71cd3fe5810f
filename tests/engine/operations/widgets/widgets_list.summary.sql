-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
select json_build_object('cut', :search_cut::boolean) as body
where :like::text is not null
