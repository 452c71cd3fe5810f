-- SPDX-License-Identifier: MIT
-- Trusts, and in a list of members which schools they have: staging (uid, group_id, name, ..., urn, joined_on).

-- Federations, sponsors, umbrella trusts and groups of children's centres run no schools as a trust does.
update staging set skipped = true where reason is null and type_code not in ('2', '6', '10', '11');

update staging
set
	group_id = upper(group_id),
	-- A spreadsheet takes the zeros in front of a number.
	companies_house_number = case
		when length(companies_house_number) < 8 then lpad(upper(companies_house_number), 8, '0')
		else upper(companies_house_number)
	end,
	demonstration = coalesce(lower(demonstration), 'false')
where reason is null and not skipped;

update staging
set reason = case
	when group_id !~ '^[0-9A-Z]{1,20}$' then format('Group ID: ''%s'' is no number of a group', group_id)
	when companies_house_number !~ '^[0-9A-Z]{8}$'
		then format('Companies House Number: ''%s'' is no number of a company', companies_house_number)
	when demonstration not in ('true', 'false')
		then format('Demonstration: ''%s'' is neither true nor false', demonstration)
	when urn is null and 'urn' = any(current_setting('accord_import.columns')::text[]) then 'URN: is missing'
end
where reason is null and not skipped;

-- A list of groups has a group once, a list of members has a school once.
update staging
set reason = case
	when urn is null then format('Group UID: %s is in the file before, on line %s', uid, first_line)
	else format('URN: %s is in a trust in the file before, on line %s', urn, first_line)
end
from (
	select coalesce(urn, -uid) as known, min(line) as first_line
	from staging
	where reason is null and not skipped
	group by coalesce(urn, -uid)
	having count(*) > 1
) as seen
where reason is null and not skipped and coalesce(urn, -uid) = known and line > first_line;

create temporary table incoming on commit drop as
select distinct on (staging.uid)
	staging.line, staging.uid, coalesce(staging.group_id, known.group_id) as group_id, staging.name,
	coalesce(staging.companies_house_number, known.companies_house_number) as companies_house_number,
	coalesce(staging.ukprn, known.ukprn) as ukprn, coalesce(staging.type_code, known.type_code) as type_code,
	coalesce(staging.type_name, known.type_name) as type_name, coalesce(staging.status, known.status) as status,
	coalesce(staging.incorporated_on, staging.opened_on, known.opened_on) as opened_on,
	case
		when 'closed_on' = any(current_setting('accord_import.columns')::text[]) then staging.closed_on
		else known.closed_on
	end as closed_on,
	staging.demonstration::boolean as demonstration,
	nullif(current_setting('accord_import.source_date'), '')::date as source_date
from staging
left join reference.trust as known on known.uid = staging.uid
where staging.reason is null and not staging.skipped
order by staging.uid, staging.line;

-- Nobody can tell which of two trusts a shared Group ID means.
create temporary table shared on commit drop as
select incoming.uid, incoming.group_id, other.uid as other
from incoming
join (
	select uid, group_id from incoming
	union
	select uid, group_id from reference.trust where uid not in (select uid from incoming)
) as other on other.group_id = incoming.group_id and other.uid < incoming.uid;

update staging
set reason = format('Group ID: %s is that of the trust %s', shared.group_id, shared.other)
from shared
where staging.reason is null and not staging.skipped and staging.uid = shared.uid;

delete from incoming where uid in (select uid from shared);

create temporary table touched (line integer, inserted boolean) on commit drop;

with written as (
	insert into reference.trust as existing (
		uid, group_id, name, companies_house_number, ukprn, type_code, type_name, status, opened_on, closed_on,
		demonstration, source_date
	)
	select
		uid, group_id, name, companies_house_number, ukprn, type_code, type_name, status, opened_on, closed_on,
		demonstration, source_date
	from incoming
	on conflict (uid) do update
	set (
		group_id, name, companies_house_number, ukprn, type_code, type_name, status, opened_on, closed_on,
		demonstration, source_date
	) = row (
		excluded.group_id, excluded.name, excluded.companies_house_number, excluded.ukprn, excluded.type_code,
		excluded.type_name, excluded.status, excluded.opened_on, excluded.closed_on, excluded.demonstration,
		excluded.source_date
	)
	where (
		existing.group_id, existing.name, existing.companies_house_number, existing.ukprn, existing.type_code,
		existing.type_name, existing.status, existing.opened_on, existing.closed_on, existing.demonstration
	) is distinct from (
		excluded.group_id, excluded.name, excluded.companies_house_number, excluded.ukprn, excluded.type_code,
		excluded.type_name, excluded.status, excluded.opened_on, excluded.closed_on, excluded.demonstration
	)
	returning uid, xmax = 0 as inserted
)
insert into touched (line, inserted)
select incoming.line, written.inserted from written join incoming on incoming.uid = written.uid;

with written as (
	insert into reference.trust_school as existing (urn, uid, joined_on)
	select urn, uid, joined_on from staging where reason is null and not skipped and urn is not null
	on conflict (urn) do update
	set uid = excluded.uid, joined_on = excluded.joined_on
	where (existing.uid, existing.joined_on) is distinct from (
		excluded.uid, case when existing.uid = excluded.uid then coalesce(excluded.joined_on, existing.joined_on) end
	)
	returning urn, xmax = 0 as inserted
)
insert into touched (line, inserted)
select staging.line, written.inserted from written join staging on staging.urn = written.urn and staging.reason is null;

insert into outcome (inserted)
select bool_or(inserted) from touched group by line;
