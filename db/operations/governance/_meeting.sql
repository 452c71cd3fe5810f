-- SPDX-License-Identifier: MIT
-- One meeting as the API shows it: an expression over the meeting "m".
json_build_object(
	'id', m.id, 'board', (
		select json_build_object('id', b.id, 'name', b.name)
		from restricted.partnership_board b
		where b.id = m.board_id
	),
	'heldOn', m.held_on, 'host', (
		select json_build_object('id', h.id, 'name', (
			select known.name from reference.organisation known where known.id = h.id
		))
		from (select m.host_id as id) h
		where h.id is not null
	),
	'summary', m.summary, 'decisions', m.decisions, 'actions', (
		select coalesce(json_agg(json_build_object(
			'text', a.one -> 'text', 'organisation', json_build_object('id', a.one -> 'organisation', 'name', (
				select known.name from reference.organisation known where known.id = (a.one ->> 'organisation')::uuid
			)),
			'dueOn', a.one -> 'dueOn', 'state', a.one -> 'state'
		) order by a.place), '[]')
		from jsonb_array_elements(m.actions) with ordinality as a (one, place)
	),
	'createdAt', m.created_at, 'self', '/v1/partnerships/' || m.partnership_id || '/meetings/' || m.id
)
