-- SPDX-License-Identifier: MIT
-- cost: read
select row_to_json(me) as body
from (
	select
		case when :caller_client::text is null then 'person' else 'client' end as kind,
		:caller_subject::text as subject,
		coalesce(
			(select c.name from restricted.client c where c.id = :caller_client),
			(select p.name from restricted.person p where p.id = accord.caller_person())
		) as name,
		(
			select row_to_json(acted)
			from (
				select
					:caller_organisation::uuid as id,
					(select o.name from reference.organisation o where o.id = :caller_organisation::uuid) as name
			) acted
			where :caller_organisation::uuid is not null
		) as organisation,
		:caller_role::text as role,
		to_json(:caller_scopes::text[]) as scopes,
		(
			select coalesce(json_agg(row_to_json(possible) order by possible.name, possible.id), '[]')
			from (
				select held.organisation_id as id, o.name, held.role
				from (
					select g.organisation_id, g.role
					from restricted.person_grant g
					where g.person_id = accord.caller_person()
					union all
					select c.organisation_id, :caller_role
					from restricted.client c
					where c.id = :caller_client
				) held
				left join reference.organisation o on o.id = held.organisation_id
			) possible
		) as organisations,
		:caller_expires_at::text as "expiresAt"
) me
