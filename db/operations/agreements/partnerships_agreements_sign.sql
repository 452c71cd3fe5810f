-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.prepare_signature(:id::uuid, :number::integer, 'sign', :body::jsonb) as receipt;

select accord.keep_signature(:id::uuid, :number::integer, :new_receipt::text);

select
-- include: agreements/_agreement.sql
from restricted.agreement a
join restricted.partnership p on p.id = a.partnership_id
-- include: agreements/_words.sql
where a.partnership_id = :id::uuid and a.number = :number::integer;
