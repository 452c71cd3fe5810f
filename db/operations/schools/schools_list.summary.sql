-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- given: q, near

-- Whether there is more than was searched; schools that fit all else, of which nobody can say how near they are.
select json_strip_nulls(json_build_object(
	'truncated', :search_truncated::boolean,
	'withoutLocation', case when :near::text is not null then (
		select count(*)
		from reference.school s
		where s.grid is null
		and (:q::text is null or s.document @@ :search_query::tsquery)
		and
-- include: schools/_filters.sql
	) end
)) as body
