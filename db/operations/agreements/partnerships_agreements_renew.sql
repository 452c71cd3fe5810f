-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.follow_agreement(:id::uuid, :number::integer, 'renew', :body::jsonb);

-- include: agreements/_drafted.sql
