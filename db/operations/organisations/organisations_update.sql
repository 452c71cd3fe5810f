-- SPDX-License-Identifier: MIT
-- cost: write
select version, json_strip_nulls(json_build_object(
	'kind', kind,
	'name', name,
	'otherNames', to_json(other_names),
	'country', country,
	'town', town,
	'postcode', postcode,
	'identifiers', accord.show_identifiers(identifiers),
	'identifierAbsence', identifier_absence
)) as document
from restricted.organisation
where id = :id::uuid
for update;

select pg_advisory_xact_lock(hashtextextended('accord organisation', 0));

select accord.demand(r.state <> 'merged', 'conflict', '/state', 'The organisation was merged into another.')
from restricted.organisation r
where r.id = :id::uuid;

select accord.demand_new(
	:id::uuid, :body::jsonb ->> 'name', accord.read_identifiers(:body::jsonb -> 'identifiers'),
	array(select jsonb_array_elements_text(:body::jsonb -> 'distinct_from'))::uuid[]
)
from restricted.organisation r
where r.id = :id::uuid
and (
	r.name <> :body::jsonb ->> 'name'
	or r.identifiers <> accord.read_identifiers(:body::jsonb -> 'identifiers')
);

update restricted.organisation
set kind = b.kind, name = b.name, other_names = coalesce(b.other_names, '{}'), country = b.country, town = b.town,
	postcode = b.postcode, identifiers = accord.read_identifiers(b.identifiers),
	identifier_absence = b.identifier_absence, state = 'unverified'
from jsonb_to_record(:body::jsonb) as b (
	kind text, name text, other_names text[], country text, town text, postcode text, identifiers jsonb,
	identifier_absence text
)
where id = :id::uuid;

select o.version::text as etag,
-- include: organisations/_record.sql
where o.id = :id::uuid;
