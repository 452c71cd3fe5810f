-- SPDX-License-Identifier: MIT
-- One notice as the API shows it: a select of one row and one column, "item", for the notice "r" at the distance
-- "near.metres".
select row_to_json(shown) as item
from (
	select r.id, r.kind, r.title, r.summary, (
-- include: shared/_keeper.sql
		) as "organisation", r.areas, r.focus_areas as "focusAreas", r.subjects, r.phases, r.years,
		r.starts_on as "startsOn", r.ends_on as "endsOn", r.expires_at as "expiresAt",
		case when r.state = 'published' and r.expires_at <= accord.now() then 'expired' else r.state end as "state",
		case when r.grid is not null then row(
			r.longitude, r.latitude, round(st_x(r.grid))::integer, round(st_y(r.grid))::integer
		)::accord.location end as "location",
		r.place as "locationSource", round(near.metres * 10) / 10 as "distance", r.created_at as "createdAt",
		r.published_at as "publishedAt", '/v1/partnership-notices/' || r.id as "self"
) shown
