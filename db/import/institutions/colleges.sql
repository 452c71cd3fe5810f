-- SPDX-License-Identifier: MIT
-- Colleges of further education: staging (row_type, urn, name, college_type, la_code, street, ..., telephone).

-- Schools, and the rows of authorities and of England (RECTYPE 3 to 7), are no colleges.
update staging
set skipped = true
where reason is null and (row_type <> '1' or college_type is null or college_type !~* 'college');

update staging
set reason = case when urn is null then 'URN: is missing' when name is null then 'SCHNAME: is missing' end
where reason is null and not skipped;

update staging
set reason = format('URN: %s is in the file before, on line %s', urn, first_line)
from (
	select urn as known, min(line) as first_line
	from staging
	where reason is null and not skipped
	group by urn
	having count(*) > 1
) as seen
where reason is null and not skipped and urn = known and line > first_line;

alter table staging add column local_authority_code text;

update staging
set
	local_authority_code = (
		select authority.code
		from reference.local_authority as authority
		where authority.old_code = staging.la_code
		order by authority.status, authority.closed_on desc nulls first, authority.code
		limit 1
	),
	telephone = case when telephone ~ '^[1-9][0-9]{8,9}$' then '0' || telephone else telephone end
where reason is null and not skipped;

with written as (
	insert into reference.institution as existing (
		reference, kind, urn, name, college_type, local_authority_code, street, locality, address3, town, postcode,
		telephone, source_date
	)
	select
		urn::text, 'college', urn, name, college_type, local_authority_code, street, locality, address3, town,
		postcode, telephone, nullif(current_setting('accord_import.source_date'), '')::date
	from staging
	where reason is null and not skipped
	on conflict (reference) do update
	set (
		name, college_type, local_authority_code, street, locality, address3, town, postcode, telephone, source_date
	) = row (
		excluded.name, excluded.college_type, excluded.local_authority_code, excluded.street, excluded.locality,
		excluded.address3, excluded.town, excluded.postcode, excluded.telephone, excluded.source_date
	)
	where (
		existing.name, existing.college_type, existing.local_authority_code, existing.street, existing.locality,
		existing.address3, existing.town, existing.postcode, existing.telephone
	) is distinct from (
		excluded.name, excluded.college_type, excluded.local_authority_code, excluded.street, excluded.locality,
		excluded.address3, excluded.town, excluded.postcode, excluded.telephone
	)
	returning xmax = 0 as inserted
)
insert into outcome (inserted)
select inserted from written;
