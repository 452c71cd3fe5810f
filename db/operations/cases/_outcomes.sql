-- SPDX-License-Identifier: MIT
-- The outcomes of a body as they are kept.
(
	select coalesce(jsonb_agg(jsonb_build_object(
		'description', told.outcome -> 'description', 'measuredBy', told.outcome -> 'measured_by',
		'evidence', told.outcome -> 'evidence'
	) order by told.place), '[]')
	from jsonb_array_elements(coalesce(:body::jsonb -> 'outcomes', '[]')) with ordinality as told (outcome, place)
)
