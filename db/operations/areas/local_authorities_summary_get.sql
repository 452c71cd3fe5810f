-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes

-- A school of unknown status is taken to be open, and counted as such. A total is of those schools that have the
-- number, and says how many have not. A percentage is of the pupils of the schools that have both numbers.
with opened as (
	select s.phase_name, s.type_name, s.status_name, s.pupils, s.fsm_pupils,
		case when s.fsm_pupils is not null then s.pupils end as base
	from reference.school s
	where s.local_authority_code = (
-- include: shared/_authority_code.sql
	)
	and coalesce(s.status_name, 'Open') like 'Open%'
),
counted as (
	select grouping(o.phase_name, o.type_name) as level, o.phase_name, o.type_name, count(*) as schools,
		count(*) - count(o.status_name) as guessed, sum(o.pupils) as pupils, count(o.pupils) as with_pupils,
		sum(o.fsm_pupils) as fsm, count(o.fsm_pupils) as with_fsm,
		sum(o.fsm_pupils) filter (where o.base > 0) as share, sum(o.base) as base,
		count(*) filter (where o.base > 0) as with_base
	from opened o
	group by grouping sets ((), (o.phase_name), (o.type_name))
),
figures as (
	select c.level, coalesce(c.phase_name, c.type_name) as name, c.schools, c.guessed, (
			select row_to_json(m)
			from (select c.pupils as value, c.with_pupils as counted, c.schools - c.with_pupils as missing) m
		) as pupils, (
			select row_to_json(m)
			from (select c.fsm as value, c.with_fsm as counted, c.schools - c.with_fsm as missing) m
		) as fsm, (
			select row_to_json(m)
			from (
				select round(100.0 * c.share / nullif(c.base, 0), 1) as value, c.with_base as counted,
					c.schools - c.with_base as missing
			) m
		) as percent
	from counted c
)
select row_to_json(shown) as body
from (
	select a.code, a.old_code as "oldCode", a.name, whole.schools, whole.guessed as "statusUnknown", whole.pupils,
		whole.fsm as "fsmPupils", whole.percent as "fsmPercent", coalesce(groups.phases, '[]') as "phases",
		coalesce(groups.types, '[]') as "types",
		'/v1/local-authorities/' || a.code || '/summary' as "self"
	from reference.local_authority a
	join figures whole on whole.level = 3
	cross join lateral (
		select json_agg(g.json order by g.name) filter (where g.level = 1) as phases,
			json_agg(g.json order by g.name) filter (where g.level = 2) as types
		from (
			select f.level, f.name, row_to_json(m) as json
			from figures f
			cross join lateral (
				select f.name, f.schools, f.pupils, f.fsm as "fsmPupils", f.percent as "fsmPercent"
			) m
		) g
	) groups
	where a.code = (
-- include: shared/_authority_code.sql
	)
) shown
