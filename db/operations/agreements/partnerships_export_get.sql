-- SPDX-License-Identifier: MIT
-- cost: expensive
-- audit: personal
-- seal: yes
select accord.canonical(json_build_object('record', json_build_object(
	'partnership', json_build_object(
-- include: partnerships/_partnership.sql
	),
	'members', (
		select json_agg(json_build_object(
-- include: partnerships/_member.sql
		) order by m.invited_at, m.organisation_id)
		from restricted.partnership_member m
		where m.partnership_id = p.id
	),
	'agreements', (
		select coalesce(json_agg(json_build_object(
-- include: agreements/_terms.sql
-- include: agreements/_summary.sql
			, 'signatories',
-- include: agreements/_signatories.sql
		) order by a.number), '[]')
		from restricted.agreement a
-- include: agreements/_words.sql
		where a.partnership_id = p.id
	),
-- include: agreements/_people.sql
	'commitments', (
		select coalesce(json_agg(
-- include: agreements/_commitment.sql
		order by c.number, c.sha256), '[]')
		from restricted.agreement_commitment c
		where c.partnership_id = p.id
	),
-- include: governance/_record.sql
	'timeline', (
		select json_agg(
-- include: partnerships/_event.sql
		order by e.number)
		from restricted.partnership_event e
		where e.partnership_id = p.id
	)
))::jsonb)::json as body, p.version::text as etag
from restricted.partnership p
where p.id = :id::uuid
