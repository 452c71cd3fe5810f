-- SPDX-License-Identifier: MIT
-- Where the organisation "o" is: a trust in the middle of its schools, a local authority within its boundary.
coalesce(o.grid, case o.kind
	when 'trust' then (
		select st_centroid(st_collect(m.grid))
		from reference.trust_school t
		join reference.school m on m.urn = t.urn
		where o.kind = 'trust' and t.uid = o.reference::integer
	)
	when 'localAuthority' then (
		select st_transform(st_pointonsurface(a.boundary), 27700)
		from reference.local_authority a
		where a.code = o.reference
	)
end)
