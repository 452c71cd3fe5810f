-- SPDX-License-Identifier: MIT
-- One case study as the API shows it: a select of one row and one column, "item", for the record "r".
select row_to_json(shown) as item
from (
	select r.id, r.title, r.summary, r.story, (
-- include: shared/_keeper.sql
		) as "recordedBy", r.areas, r.focus_areas as "focusAreas", r.subjects, r.phases, r.years, r.tags, (
			select coalesce(json_agg(json_build_object('id', p.id, 'name', o.name) order by p.place), '[]')
			from unnest(r.participants) with ordinality as p (id, place)
			left join reference.organisation o on o.id = p.id
		) as "participants", r.started_on as "startedOn", r.ended_on as "endedOn", r.outcomes, r.source, r.state,
		r.created_at as "createdAt", r.published_at as "publishedAt", '/v1/case-studies/' || r.id as "self"
) shown
