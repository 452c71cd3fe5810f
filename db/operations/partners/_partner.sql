-- SPDX-License-Identifier: MIT
-- One suggestion as the API shows it: a select of one row and one column, "item", for the candidate "c".
select row_to_json(shown) as item
from (
	select c.id, c.kind, c.name, c.town, (
			select a.brief from reference.local_authority a where a.code = c.local_authority_code
		) as "localAuthority", case when c.grid is not null then row(
			c.longitude, c.latitude, round(st_x(c.grid))::integer, round(st_y(c.grid))::integer
		)::accord.location end as "location",
		round(c.metres::numeric, 1) as "distance", round((1 - s.shortfall)::numeric, 4) as "score", coalesce((
-- include: partners/_reasons.sql
		), '[]') as "reasons", '/v1/organisations/' || c.id as "self"
) shown
