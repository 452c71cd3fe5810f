-- SPDX-License-Identifier: MIT
-- Local authorities: staging (code, name, opened_on, closed_on, region_code, status, old_code).

-- No areas: "z, British Forces Post Office overseas establishments", and pairs such as "E06000061 / E06000062"
-- that only older statistics know. "x" and "z" stand for no code.
update staging set skipped = true where reason is null and code ~ '^(z|E[0-9]{8} / E[0-9]{8})$';
update staging set old_code = null where old_code in ('x', 'z');

update staging
set reason = case
	when code !~ '^E[01][0-9]{7}$' then format('new_la_code: ''%s'' is not a code of nine characters', code)
	when status not in ('live', 'terminated') then format('status: ''%s'' is neither live nor terminated', status)
	when old_code !~ '^[0-9]{3}$' then format('old_la_code: ''%s'' is not a code of three digits', old_code)
	when closed_on < opened_on then format('date_of_termination: %s is before %s', closed_on, opened_on)
end
where reason is null and not skipped;

update staging
set reason = format('new_la_code: %s is in the file before', code)
from (select code as known, min(line) as first_line from staging where reason is null group by code) as seen
where reason is null and not skipped and code = known and line > first_line;

update staging
set reason = format('old_la_code: %s is the code of another living authority of the file', old_code)
from (
	select old_code as known, min(line) as first_line
	from staging
	where reason is null and not skipped and status = 'live'
	group by old_code
) as seen
where reason is null and not skipped and status = 'live' and old_code = known and line > first_line;

-- A region that no file has told yet stays open: the hierarchy fills it in.
update staging
set region_code = null
where not exists (select from reference.region where region.code = staging.region_code);

-- The terminated ones first: they give up the old code that a successor takes over.
do $$
declare
	wanted text;
begin
	foreach wanted in array array['terminated', 'live'] loop
		with written as (
			insert into reference.local_authority as authority (
				code, old_code, name, region_code, status, opened_on, closed_on
			)
			select code, old_code, name, region_code, status, opened_on, closed_on
			from staging
			where reason is null and not skipped and status = wanted
			on conflict (code) do update
			set
				old_code = excluded.old_code,
				name = excluded.name,
				region_code = coalesce(excluded.region_code, authority.region_code),
				status = excluded.status,
				opened_on = excluded.opened_on,
				closed_on = excluded.closed_on
			where (
				authority.old_code, authority.name, authority.region_code, authority.status,
				authority.opened_on, authority.closed_on
			) is distinct from (
				excluded.old_code, excluded.name, coalesce(excluded.region_code, authority.region_code),
				excluded.status, excluded.opened_on, excluded.closed_on
			)
			returning xmax = 0 as inserted
		)
		insert into outcome (inserted)
		select inserted from written;
	end loop;
end
$$;
