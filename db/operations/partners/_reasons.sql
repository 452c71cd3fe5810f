-- SPDX-License-Identifier: MIT
-- Why the candidate "c" is suggested, the weightiest reason first, from what was measured "m" and the weights "w".
select json_agg(
	json_build_object(
		'reason', r.reason, 'value', round(r.value::numeric, 4), 'weight', r.weight,
		'contribution', round((r.value * r.weight / w.total)::numeric, 4), 'measured', r.measured
	)
	order by r.value * r.weight desc, r.reason
)
from (
	values
		('distance', m.distance, w.distance, json_build_object('metres', round(c.metres::numeric, 1))),
		('notices', m.notices, w.notices, json_build_object('notices', n.notices)),
		('phases', m.phases, w.phases, json_build_object('own', itself.phase, 'theirs', c.phase)),
		('sector', m.sector, w.sector, json_build_object('own', itself.sector, 'theirs', c.sector)),
		('focus', m.focus, w.focus, json_build_object('shared', f.shared)),
		(
			'intake', m.intake, w.intake, json_build_object(
				'ownFsmPercent', itself.fsm_percent, 'theirFsmPercent', c.fsm_percent, 'ownPupils', itself.pupils,
				'theirPupils', c.pupils
			)
		),
		('university', m.university, w.university, json_build_object('own', itself.kind, 'theirs', c.kind)),
		('training', m.training, w.training, json_build_object('accredited', c.accredited or itself.accredited))
) as r (reason, value, weight, measured)
where r.value * r.weight > 0
