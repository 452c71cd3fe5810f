-- SPDX-License-Identifier: MIT
-- One board as the API shows it: an expression over the board "b".
json_build_object(
	'id', b.id, 'name', b.name, 'terms', b.terms, 'seats', (
		select coalesce(json_agg(json_build_object(
			'organisation', (
				select json_build_object('id', o.id, 'name', o.name)
				from (
					select (s.one ->> 'organisation')::uuid as id, (
						select known.name from reference.organisation known where known.id = (s.one ->> 'organisation')::uuid
					) as name
				) o
				where o.id is not null
			),
			'community', s.one -> 'community', 'seniority', s.one -> 'seniority', 'role', s.one -> 'role',
			'votes', s.one -> 'votes'
		) order by s.place), '[]')
		from jsonb_array_elements(b.seats) with ordinality as s (one, place)
	),
	'createdAt', b.created_at, 'self', '/v1/partnerships/' || b.partnership_id || '/boards/' || b.id
)
