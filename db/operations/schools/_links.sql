-- SPDX-License-Identifier: MIT
-- The links of the school "s" as a select of one row and one column, "json": its own, and those that only the other
-- school has. The same link from side sides is one.
select json_agg(link.json order by link.link_urn, link.link_type) as json
from (
	select side.link_urn, side.link_type, row_to_json(shown) as json
	from (
		select l.link_urn, l.link_type, l.link_name, l.established_on, case
				when l.link_type like 'Successor%' then 'successor'
				when l.link_type like 'Predecessor%' then 'predecessor'
				else 'other'
			end as direction, 'this' as recorded
		from reference.school_link l
		where l.urn = s.urn
		union all
		select l.urn, l.link_type, null, l.established_on, case
				when l.link_type like 'Successor%' then 'predecessor'
				when l.link_type like 'Predecessor%' then 'successor'
				else 'other'
			end, 'other'
		from reference.school_link l
		where l.link_urn = s.urn
		and not exists (select from reference.school_link own where own.urn = s.urn and own.link_urn = l.urn)
	) side
	left join reference.school known on known.urn = side.link_urn
	cross join lateral (
		select side.link_urn as "linkUrn", coalesce(known.name, side.link_name) as "name",
			known.status_name as "status", side.link_type as "linkType", side.direction,
			side.established_on as "establishedOn", side.recorded as "recordedBy",
			'/v1/schools/' || known.urn as "self"
	) shown
) link
