-- SPDX-License-Identifier: MIT
json_build_object(
	'code', code,
	'batch', batch,
	'name', name,
	'colour', colour,
	'weight', weight,
	'quantity', quantity,
	'madeOn', made_on,
	'fragile', fragile,
	'tags', to_json(tags),
	'serial', serial,
	'makerId', maker_id,
	'startsOn', starts_on,
	'endsOn', ends_on,
	'shelf', case when shelf is not null then json_build_object('from', lower(shelf), 'to', upper(shelf)) end,
	'location', case when longitude is not null then
		json_build_object('longitude', longitude, 'latitude', latitude) end
)
