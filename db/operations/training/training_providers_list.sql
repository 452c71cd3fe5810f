-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
-- cache: yes
-- order name: sort_name asc, code asc
-- order code: code asc
-- order distance: distance asc, code asc

select item.item, p.sort_name, p.code, place.distance
from reference.training_provider p
cross join lateral (
	select p.grid <->
-- include: schools/_point.sql
		as distance
) place
cross join lateral (select place.distance as metres) near
cross join lateral (
-- include: training/_provider.sql
) item
where (:kind::text[] is null or p.kind = any(:kind::text[]))
and (:accredited::boolean is null or :accredited::boolean = (p.accredited_number is not null))
and
-- include: shared/_place_asked.sql
and (
	:near::text is null
	or (
		place.distance <= coalesce(:within::integer, 5000)
		and p.grid && st_expand(
-- include: schools/_point.sql
			, coalesce(:within::integer, 5000)
		)
	)
)
