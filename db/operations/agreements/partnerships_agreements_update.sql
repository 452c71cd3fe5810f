-- SPDX-License-Identifier: MIT
-- cost: write
select p.version, json_strip_nulls(json_build_object(
	'startsOn', a.starts_on,
	'endsOn', a.ends_on,
	'form', a.form,
	'clauses', a.clauses
)) as document
from restricted.partnership p
join restricted.agreement a on a.partnership_id = p.id
where p.id = :id::uuid and a.number = :number::integer
for update of p;

select accord.change_agreement(:id::uuid, :number::integer, :body::jsonb);

select
-- include: agreements/_agreement.sql
from restricted.agreement a
join restricted.partnership p on p.id = a.partnership_id
-- include: agreements/_words.sql
where a.partnership_id = :id::uuid and a.number = :number::integer;
