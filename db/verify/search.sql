-- SPDX-License-Identifier: MIT
-- Verify accord:search on pg

begin;

select text, code, query, key, whole, words, common, partial
from accord.search_plan('St Mary''s, NW1 8', 'reference.school');

do $$
begin
	assert has_function_privilege('accord_api', 'accord.search_plan(text, regclass, boolean)', 'execute'),
		'the API searches';
end
$$;

rollback;
