-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object(
	'text', :text::text,
	'number', :number::integer,
	'string', :string::text,
	'decimal', :decimal::numeric,
	'whole', :whole::bigint,
	'truth', :truth::boolean,
	'day', :day::date,
	'moment', :moment::timestamptz,
	'key', :key::uuid,
	'words', to_json(:words::text[]),
	'numbers', to_json(:numbers::integer[]),
	'flags', to_json(:flags::boolean[]),
	'level', :level::integer,
	'colours', to_json(:colours::text[]),
	'requestId', :request_id::text,
	'caller', :caller_subject::text
) as body
