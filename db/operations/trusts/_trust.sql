-- SPDX-License-Identifier: MIT
-- One trust as the API shows it: a select of one row and one column, "item", for the trust "t".
select row_to_json(shown) as item
from (
	select t.uid, t.name, t.group_id as "groupId", t.companies_house_number as "companiesHouseNumber", t.ukprn, (
			select row_to_json(m)
			from (select t.type_code as code, t.type_name as name) m where t.type_name is not null
		) as "type",
		t.status, t.opened_on as "openedOn", t.closed_on as "closedOn", (
			select count(*)
			from reference.trust_school j
			join reference.school s on s.urn = j.urn
			where j.uid = t.uid
		) as "schools",
		t.demonstration, t.source_date as "sourceDate", '/v1/trusts/' || t.uid as "self"
) shown
