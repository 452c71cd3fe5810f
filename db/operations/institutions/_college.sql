-- SPDX-License-Identifier: MIT
-- One college as the API shows it: a select of one row and one column, "item", for the institution "i".
select row_to_json(shown) as item
from (
	select i.urn, i.name, i.ukprn, i.college_type as "type",
		(select a.brief from reference.local_authority a where a.code = i.local_authority_code) as "localAuthority",
-- include: institutions/_members.sql
		, '/v1/colleges/' || i.urn as "self"
) shown
