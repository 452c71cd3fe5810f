-- SPDX-License-Identifier: MIT
-- The organisations near "itself" and how near: of each register the nearest that have not closed, as far as "within"
-- reaches. A provider of teacher training may be a trust, which itself has no place.
(
	select accord.organisation_id('urn', s.urn::text) as id, s.grid <-> itself.place as metres
	from reference.school s
	where (:kind::text[] is null or 'school' = any(:kind::text[]))
	and s.grid && st_expand(itself.place, coalesce(:within::integer, 5000))
	and s.status_name is distinct from 'Closed'
	order by s.grid <-> itself.place
	limit 400
)
union all (
	select
		accord.organisation_id(case i.kind when 'university' then 'ukprn' else 'urn' end, i.reference),
		i.grid <-> itself.place
	from reference.institution i
	where (:kind::text[] is null or i.kind = any(:kind::text[]))
	and i.grid && st_expand(itself.place, coalesce(:within::integer, 5000))
	and coalesce(i.closed_on, make_date(i.closed_year, 1, 1), 'infinity') > accord.now()::date
	order by i.grid <-> itself.place
	limit 60
)
union all (
	select home.id, p.metres
	from (
		select p.code, p.grid <-> itself.place as metres
		from reference.training_provider p
		where p.grid && st_expand(itself.place, coalesce(:within::integer, 5000))
		order by p.grid <-> itself.place
		limit 60
	) p
	cross join lateral (
		select o.id
		from reference.organisation o
		where o.lookup @> array['providerCode:' || p.code]
		limit 1
	) home
)
