-- SPDX-License-Identifier: MIT
-- Whose notices complement those of "itself": one needs what the other offers. Its latest twenty are held against the
-- nearest of others, and the latest of those that have no place; where it has none itself, the latest of all.
select theirs.organisation_id, array_agg(distinct theirs.id order by theirs.id) as notices
from itself
cross join lateral (
	select r.kind, r.areas, r.focus_areas, r.subjects, r.phases, r.years
	from published.notice r
	where r.organisation_id = itself.id
	and
-- include: notices/_live.sql
	order by r.created_at desc, r.id desc
	limit 20
) own
cross join lateral (
	(
		select r.id, r.organisation_id, r.kind, r.areas, r.focus_areas, r.subjects, r.phases, r.years
		from published.notice r
		where r.grid && st_expand(itself.place, coalesce(:within::integer, 5000))
		and r.organisation_id <> itself.id
		and
-- include: notices/_live.sql
		order by r.grid <-> itself.place
		limit 500
	)
	union all (
		select r.id, r.organisation_id, r.kind, r.areas, r.focus_areas, r.subjects, r.phases, r.years
		from published.notice r
		where (r.grid is null or itself.place is null)
		and r.organisation_id <> itself.id
		and
-- include: notices/_live.sql
		order by r.created_at desc, r.id desc
		limit 100
	)
) theirs
where theirs.kind <> own.kind
and theirs.areas && own.areas
and (theirs.focus_areas = '{}' or own.focus_areas = '{}' or theirs.focus_areas && own.focus_areas)
and (theirs.subjects = '{}' or own.subjects = '{}' or theirs.subjects && own.subjects)
and (theirs.phases = '{}' or own.phases = '{}' or theirs.phases && own.phases)
and (theirs.years = '{}' or own.years = '{}' or theirs.years && own.years)
group by theirs.organisation_id
