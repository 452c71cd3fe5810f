-- SPDX-License-Identifier: MIT
-- The clock, the refusals and the planner's hint that every operation uses.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

select plan(17);

select is(accord.now(), transaction_timestamp(), 'the clock is the transaction''s');
select set_config('accord.now', '2025-03-01T09:00:00Z', true);
select is(accord.now(), timestamptz '2025-03-01 09:00:00+00', 'a test sets the clock');
select is(accord.today(), date '2025-03-01', 'and the day');
select is(accord.day_of(moment::timestamptz), day::date, moment || ' is of ' || day || ' in London')
from (
	values ('2026-01-10T23:59:59Z', '2026-01-10'), ('2026-06-30T22:59:59Z', '2026-06-30'),
		('2026-06-30T23:00:00Z', '2026-07-01')
) as given (moment, day);
select set_config('accord.now', '', true);
select is(accord.now(), transaction_timestamp(), 'an emptied setting is none');

select throws_ok($$select accord.refuse('conflict', '/endsOn')$$, 'AC001', 'conflict');
select throws_ok($$select accord.refuse('conflict')$$, 'AC001', 'conflict');
select throws_ok($$select accord.demand(false, 'invalid-parameter', 'near')$$, 'AC001', 'invalid-parameter');
select throws_ok($$select accord.demand(null, 'invalid-parameter', 'near')$$, 'AC001', 'invalid-parameter');
select is(accord.demand(true, 'invalid-parameter', 'near'), true, 'what is demanded and given is true');

-- The pointer travels as the error's detail.
create function pg_temp.detail_of(statement text) returns text
language plpgsql
as $$
declare
	detail text;
begin
	execute statement;
	return null;
exception
	when sqlstate 'AC001' then
		get stacked diagnostics detail = pg_exception_detail;
		return detail;
end
$$;

select is(pg_temp.detail_of($$select accord.refuse('conflict', '/endsOn')$$), '/endsOn', 'the pointer is the detail');
select is(
	array[
		has_function_privilege('accord_api', 'accord.now()', 'execute'),
		has_function_privilege('accord_api', 'accord.refuse(text, text, text)', 'execute'),
		has_function_privilege('accord_api', 'accord.demand(boolean, text, text, text)', 'execute'),
		has_function_privilege('accord_api', 'accord.late()', 'execute')
	],
	array[true, true, true, true],
	'the API may use them'
);
-- What lies between a list's limit and its rows: a node of its own computes what is late.
create function pg_temp.below_limit(expression text) returns text
language plpgsql
as $$
declare
	plan json;
begin
	execute format('explain (format json) select %s from generate_series(1, 100) as n order by -n limit 5', expression)
	into plan;
	return plan #>> '{0,Plan,Plans,0,Node Type}';
end
$$;

select is(pg_temp.below_limit($$'/' || n$$), 'Sort', 'what is cheap is computed before rows are sorted');
select is(
	pg_temp.below_limit($$coalesce('/' || n, accord.late())$$), 'Result', 'unless it is said to be late: then behind it'
);
select function_privs_are('accord', 'now', array[]::text[], 'accord_worker', array['EXECUTE']);

select * from finish();

rollback;
