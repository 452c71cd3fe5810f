-- SPDX-License-Identifier: MIT
-- Verify accord:governance on pg

begin;

select id, partnership_id, name, sort_name, terms, seats, created_at from restricted.partnership_board where false;
select id, partnership_id, board_id, held_on, host_id, summary, decisions, actions, created_at
from restricted.partnership_meeting
where false;
select id, partnership_id, due_on, purpose, reviewer_id, held_on, findings, created_at
from restricted.partnership_review
where false;

do $$
begin
	assert has_function_privilege('accord_api', 'accord.keep_board(uuid, uuid, jsonb)', 'execute'),
		'the service records boards';
	assert not has_table_privilege('accord_api', 'restricted.partnership_board', 'insert'),
		'through its function alone';
end
$$;

rollback;
