-- SPDX-License-Identifier: MIT
-- cost: write
select pg_advisory_xact_lock(hashtextextended('support organisations of ' || :caller_organisation::text, 0));

select accord.demand(
	count(*) < accord.finding_limit('support organisations'), 'conflict', null,
	format('The organisation keeps %s entries: withdraw one.', accord.finding_limit('support organisations'))
)
from restricted.support_organisation r
where r.organisation_id = :caller_organisation::uuid
and r.state <> 'withdrawn';

select
	accord.demand_terms(:body::jsonb),
	accord.demand_authorities(
		array(select jsonb_array_elements_text(:body::jsonb -> 'local_authorities')), '/localAuthorities/%s'
	);

insert into restricted.support_organisation (
	id, organisation_id, name, sort_name, summary, website, areas, focus_areas, phases, local_authorities, tags, state,
	created_at
)
select
	:new_id::uuid, :caller_organisation::uuid, b.name, lower(b.name), b.summary, b.website, b.areas,
	coalesce(b.focus_areas, '{}'), coalesce(b.phases, '{}'), coalesce(b.local_authorities, '{}'),
	coalesce(b.tags, '{}'), 'draft', accord.now()
from jsonb_to_record(:body::jsonb) as b (
	name text, summary text, website text, areas text[], focus_areas text[], phases text[], local_authorities text[],
	tags text[]
);

select item.item as body, r.version::text as etag,
	format('/v1/organisations/%s/support-organisations/%s', r.organisation_id, r.id) as location
from restricted.support_organisation r
cross join lateral (
-- include: support/_support_organisation.sql
) item
where r.id = :new_id::uuid;
