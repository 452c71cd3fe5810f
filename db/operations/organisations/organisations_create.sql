-- SPDX-License-Identifier: MIT
-- cost: write

-- One at a time: two that record the same organisation cannot both have seen that it is new.
select pg_advisory_xact_lock(hashtextextended('accord organisation', 0));

select accord.demand_new(
	null, :body::jsonb ->> 'name', accord.read_identifiers(:body::jsonb -> 'identifiers'),
	array(select jsonb_array_elements_text(:body::jsonb -> 'distinct_from'))::uuid[]
);

select accord.demand(
	count(*) < accord.most('unverified organisations'), 'conflict', null,
	format('%s that the organisation recorded wait to be verified.', accord.most('unverified organisations'))
)
from restricted.organisation r
where r.registered_by = :caller_organisation::uuid
and r.state = 'unverified';

insert into restricted.organisation (
	id, reference, kind, name, other_names, country, town, postcode, identifiers, identifier_absence, state,
	registered_by, registered_at
)
select
	accord.organisation_id('accord', :new_id::text), :new_id, b.kind, b.name, coalesce(b.other_names, '{}'), b.country,
	b.town, b.postcode, accord.read_identifiers(b.identifiers), b.identifier_absence, 'unverified',
	:caller_organisation::uuid, accord.now()
from jsonb_to_record(:body::jsonb) as b (
	kind text, name text, other_names text[], country text, town text, postcode text, identifiers jsonb,
	identifier_absence text
);

select o.version::text as etag, '/v1/organisations/' || o.id as location,
-- include: organisations/_record.sql
where o.id = accord.organisation_id('accord', :new_id::text);
