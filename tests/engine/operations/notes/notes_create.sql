-- SPDX-License-Identifier: MIT
-- cost: write
insert into restricted.note (id, organisation_id, text, due_on, written_by)
values (
	:new_id::uuid, :caller_organisation::uuid, :body::jsonb ->> 'text', (:body::jsonb ->> 'due_on')::date,
	:caller_subject::text
)
returning
	json_build_object('id', id, 'text', text, 'dueOn', due_on, 'writtenBy', written_by) as body,
	'1' as etag,
	'/v1/notes/' || id as location;
