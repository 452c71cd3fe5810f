-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('members', (
	select json_agg(name order by name)
	from jsonb_object_keys(:body::jsonb) as keys(name)
)) as body
