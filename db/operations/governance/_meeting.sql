-- SPDX-License-Identifier: MIT
-- One meeting as the API shows it: an expression over the meeting "m".
json_build_object(
	'id', m.id, 'board', (
		select json_build_object('id', b.id, 'name', b.name)
		from restricted.partnership_board b
		where b.id = m.board_id
	),
	'heldOn', m.held_on, 'host', case when m.host_id is not null then json_build_object(
		'id', m.host_id, 'name', (select o.name from reference.organisation o where o.id = m.host_id)
	) end,
	'summary', m.summary, 'decisions', m.decisions, 'actions', (
		select coalesce(json_agg(json_build_object(
			'text', a.one -> 'text', 'organisation', json_build_object('id', a.one -> 'organisation', 'name', o.name),
			'dueOn', a.one -> 'dueOn', 'state', a.one -> 'state'
		) order by a.place), '[]')
		from jsonb_array_elements(m.actions) with ordinality as a (one, place)
		left join reference.organisation o on o.id = (a.one ->> 'organisation')::uuid
	),
	'createdAt', m.created_at, 'self', '/v1/partnerships/' || m.partnership_id || '/meetings/' || m.id
)
