-- SPDX-License-Identifier: MIT
-- cost: write
select accord.demand_gift(
	:body::jsonb ->> 'role', array(select jsonb_array_elements_text(:body::jsonb -> 'scopes'))
);

select pg_advisory_xact_lock(hashtextextended('memberships of ' || :caller_organisation::text, 0));

select accord.demand(
	count(*) < accord.most('memberships'), 'conflict', null,
	format('The organisation has %s memberships: end one.', accord.most('memberships'))
)
from restricted.person_grant g
where g.organisation_id = :caller_organisation::uuid;

insert into restricted.person_grant (id, person_id, organisation_id, name, role, scopes, created_at)
select
	:new_id::uuid,
	accord.find_person(:new_id::uuid, b.person ->> 'issuer', b.person ->> 'subject', b.name),
	:caller_organisation::uuid, b.name, b.role, coalesce(b.scopes, '{}'), accord.now()
from jsonb_to_record(:body::jsonb) as b (person jsonb, name text, role text, scopes text[]);

select
-- include: memberships/_membership.sql
	as body, g.version::text as etag, '/v1/memberships/' || g.id as location
from restricted.person_grant g
where g.id = :new_id::uuid;
