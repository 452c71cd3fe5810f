-- SPDX-License-Identifier: MIT
-- What follows "itself" in a list of potential partners, up to its where: those for whom some reason speaks.
weight as materialized (
	select w.*, w.distance + w.notices + w.phases + w.sector + w.focus + w.intake + w.university + w.training as total
	from (
		select
-- include: partners/_weights.sql
	) w
	where accord.demand(
		w.distance + w.notices + w.phases + w.sector + w.focus + w.intake + w.university + w.training > 0,
		'invalid-parameter', 'weightDistance', 'One weight at least is above 0.'
	)
),
complementing as materialized (
-- include: partners/_complementing.sql
),
candidate as materialized (
-- include: partners/_candidates.sql
),
own as materialized (
	select array(
		select distinct one
		from itself
		join published.notice r on r.organisation_id = itself.id
		cross join lateral unnest(r.focus_areas) one
		where
-- include: notices/_live.sql
	) as focus
),
focused as materialized (
-- include: partners/_focus.sql
),
ranked as (
	select item.item, s.shortfall, c.id
	from itself
	cross join weight w
	cross join own
	join candidate c on true
	left join complementing n on n.organisation_id = c.id
	left join focused f on f.organisation_id = c.id
	cross join lateral (
		select
-- include: partners/_measures.sql
		offset 0
	) m
	cross join lateral (
		select 1 - round(((
			m.distance * w.distance + m.notices * w.notices + m.phases * w.phases + m.sector * w.sector
			+ m.focus * w.focus + m.intake * w.intake + m.university * w.university + m.training * w.training
		) / nullif(w.total, 0))::numeric, 6)::double precision as shortfall
	) s
	cross join lateral (
-- include: partners/_partner.sql
	) item
	where s.shortfall < 1
)
select ranked.item, ranked.shortfall, ranked.id
from ranked
