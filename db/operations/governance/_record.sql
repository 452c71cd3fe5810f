-- SPDX-License-Identifier: MIT
-- All that the boards of the partnership "p" have: members of the object of its record.
'boards', (
	select coalesce(json_agg(
-- include: governance/_board.sql
	order by b.created_at, b.id), '[]')
	from restricted.partnership_board b
	where b.partnership_id = p.id
),
'meetings', (
	select coalesce(json_agg(
-- include: governance/_meeting.sql
	order by m.held_on, m.id), '[]')
	from restricted.partnership_meeting m
	where m.partnership_id = p.id
),
'reviews', (
	select coalesce(json_agg(
-- include: governance/_review.sql
	order by r.due_on, r.id), '[]')
	from restricted.partnership_review r
	where r.partnership_id = p.id
),
