-- SPDX-License-Identifier: MIT
-- One body that helps as the API shows it: a select of one row and one column, "item", for the record "r".
select row_to_json(shown) as item
from (
	select r.id, r.name, r.summary, r.website, (
-- include: shared/_keeper.sql
		) as "recordedBy", r.areas, r.focus_areas as "focusAreas", r.phases, r.local_authorities as "localAuthorities",
		r.tags, r.state, r.created_at as "createdAt", r.published_at as "publishedAt",
		'/v1/support-organisations/' || r.id as "self"
) shown
