-- SPDX-License-Identifier: MIT
-- cost: write
-- include: imports/_lock.sql

select accord.put_part(:id::uuid, :number::integer, :body::bytea);
