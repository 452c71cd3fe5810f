-- SPDX-License-Identifier: MIT
-- Verify accord:finding on pg

begin;

select organisation_id, partner_id from published.partner_pair where false;
select
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, starts_on, ends_on,
	expires_at, place, longitude, latitude, grid, state, created_at, published_at, version
from restricted.notice
where false;
select
	id, organisation_id, name, sort_name, summary, website, areas, focus_areas, phases, local_authorities, tags, state,
	created_at, published_at, version
from restricted.support_organisation
where false;
select
	id, organisation_id, title, summary, story, areas, focus_areas, subjects, phases, years, tags, participants,
	started_on, ended_on, outcomes, source, state, created_at, published_at, version
from restricted.case_study
where false;

do $$
declare
	name text;
begin
	foreach name in array array['notice', 'support_organisation', 'case_study'] loop
		assert (
			select array_agg(a.attname order by a.attnum)
			from pg_catalog.pg_attribute as a
			where a.attrelid = format('restricted.%I', name)::regclass and a.attnum > 0
		) || 'document'::name = (
			select array_agg(a.attname order by a.attnum)
			from pg_catalog.pg_attribute as a
			where a.attrelid = format('published.%I', name)::regclass and a.attnum > 0
		), 'what is published has the columns of the record';
	end loop;
	assert (select count(*) from reference.code where list in ('PartnershipArea', 'PartnershipFocus', 'YearGroup')) > 0,
		'the words of partnerships are lists';
end
$$;

rollback;
