-- SPDX-License-Identifier: MIT
-- cost: read

select row_to_json(shown) as body
from (
	select l.name, l.codes, l.dated, '/v1/code-lists/' || l.name as "self"
	from reference.code_list l
	where l.name = :name::text
) shown
