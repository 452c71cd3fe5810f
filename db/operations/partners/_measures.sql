-- SPDX-License-Identifier: MIT
-- How much each reason speaks for the candidate "c" of "itself", from 0 to 1, before it is weighed. Columns of a select
-- list. Intake is half free school meals, of which thirty points' difference is nothing in common, and half the number
-- of pupils, of which three times as many is.
coalesce(greatest(1 - c.metres / coalesce(:within::integer, 5000), 0), 0) as distance,
least(coalesce(cardinality(n.notices), 0) / 3.0, 1)::double precision as notices,
coalesce((abs(c.stage - itself.stage) = 1)::integer, 0)::double precision as phases,
coalesce((c.sector <> itself.sector)::integer, 0)::double precision as sector,
coalesce(
	cardinality(f.shared)::double precision
	/ nullif(cardinality(f.theirs) + cardinality(own.focus) - cardinality(f.shared), 0),
	0
) as focus,
coalesce((
	select sum(1 - least(one, 1)) filter (where one is not null) / 2
	from (
		values (abs(c.fsm_percent - itself.fsm_percent)::double precision / 30),
			(abs(ln(nullif(c.pupils, 0) / nullif(itself.pupils, 0)::double precision)) / ln(3::double precision))
	) as difference (one)
), 0) as intake,
(('university' in (c.kind, itself.kind)) and c.kind <> itself.kind)::integer::double precision as university,
case
	when itself.trains and not c.trains and c.kind in ('school', 'college') then 1
	when c.accredited and not itself.trains then 1
	when c.trains and not itself.trains then 0.5
	else 0
end::double precision as training
