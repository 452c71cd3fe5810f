-- SPDX-License-Identifier: MIT
-- One board as the API shows it: an expression over the board "b".
json_build_object(
	'id', b.id, 'name', b.name, 'terms', b.terms, 'seats', (
		select coalesce(json_agg(json_build_object(
			'organisation', case
				when s.one ->> 'organisation' is not null
					then json_build_object('id', s.one -> 'organisation', 'name', o.name)
			end,
			'community', s.one -> 'community', 'seniority', s.one -> 'seniority', 'role', s.one -> 'role',
			'votes', s.one -> 'votes'
		) order by s.place), '[]')
		from jsonb_array_elements(b.seats) with ordinality as s (one, place)
		left join reference.organisation o on o.id = (s.one ->> 'organisation')::uuid
	),
	'createdAt', b.created_at, 'self', '/v1/partnerships/' || b.partnership_id || '/boards/' || b.id
)
