-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('accepted', true) as body
where accord.demand(:near::text is null or :within::integer is not null, 'invalid-parameter', 'near')
