-- SPDX-License-Identifier: MIT
-- cost: write
select nullif(:body::jsonb -> 'claims', 'null')::text as receipt;

select json_build_object('receipt', :new_receipt::text) as body;
