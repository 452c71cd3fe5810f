-- SPDX-License-Identifier: MIT
-- One university as the API shows it: a select of one row and one column, "item", for the institution "i".
select row_to_json(shown) as item
from (
	select i.ukprn, i.name, i.hesa_code as "hesaCode", i.awards_degrees as "awardsDegrees", i.country,
-- include: institutions/_members.sql
		, '/v1/universities/' || i.ukprn as "self"
) shown
