-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- given: like
select json_build_object('cut', :search_cut::boolean) as body
