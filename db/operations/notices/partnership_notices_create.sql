-- SPDX-License-Identifier: MIT
-- cost: write
select pg_advisory_xact_lock(hashtextextended('notices of ' || :caller_organisation::text, 0));

select accord.demand(
	count(*) < accord.finding_limit('open notices'), 'conflict', null,
	format('The organisation has %s open notices: withdraw one.', accord.finding_limit('open notices'))
)
from restricted.notice r
where r.organisation_id = :caller_organisation::uuid
and r.state <> 'withdrawn'
and r.expires_at > accord.now();

select
	accord.demand_terms(:body::jsonb),
	accord.demand(
		(:body::jsonb ->> 'expires_at')::timestamptz > accord.now(), 'rule-broken', '/expiresAt',
		'It would have expired already.'
	);

insert into restricted.notice (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, starts_on, ends_on,
	expires_at, place, longitude, latitude, state, created_at
)
select
	:new_id::uuid, :caller_organisation::uuid, b.kind, b.title, b.summary, b.areas, coalesce(b.focus_areas, '{}'),
	coalesce(b.subjects, '{}'), coalesce(b.phases, '{}'), coalesce(b.years, '{}'), b.starts_on, b.ends_on,
	b.expires_at, case when b.place is not null then 'given' end, (b.place ->> 'longitude')::double precision,
	(b.place ->> 'latitude')::double precision, 'draft', accord.now()
from jsonb_to_record(:body::jsonb) as b (
	kind text, title text, summary text, areas text[], focus_areas text[], subjects text[], phases text[], years text[],
	starts_on date, ends_on date, expires_at timestamptz, place jsonb
);

select item.item as body, r.version::text as etag,
	format('/v1/organisations/%s/partnership-notices/%s', r.organisation_id, r.id) as location
from restricted.notice r
cross join (select null::double precision as metres) near
cross join lateral (
-- include: notices/_notice.sql
) item
where r.id = :new_id::uuid;
