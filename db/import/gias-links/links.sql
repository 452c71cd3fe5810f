-- SPDX-License-Identifier: MIT
-- Links between schools: staging (urn, link_urn, link_name, link_type, established_on).

update staging
set reason = format('LinkURN: %s is the school itself', link_urn)
where reason is null and link_urn = urn;

update staging
set reason = format('LinkURN: %s is linked as %s in the file before, on line %s', link_urn, link_type, first_line)
from (
	select urn as known_urn, link_urn as known_link, link_type as known_type, min(line) as first_line
	from staging
	where reason is null
	group by urn, link_urn, link_type
	having count(*) > 1
) as seen
where reason is null and urn = known_urn and link_urn = known_link and link_type = known_type and line > first_line;

with written as (
	insert into reference.school_link as existing (urn, link_urn, link_type, link_name, established_on)
	select
		staging.urn, staging.link_urn, staging.link_type, coalesce(staging.link_name, known.link_name),
		coalesce(staging.established_on, known.established_on)
	from staging
	left join reference.school_link as known
		on known.urn = staging.urn and known.link_urn = staging.link_urn and known.link_type = staging.link_type
	where
		staging.reason is null
		and (
			known.urn is null
			or (known.link_name, known.established_on) is distinct from (
				coalesce(staging.link_name, known.link_name), coalesce(staging.established_on, known.established_on)
			)
		)
	on conflict (urn, link_urn, link_type) do update
	set link_name = excluded.link_name, established_on = excluded.established_on
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
