-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.draft_agreement(:id::uuid, :body::jsonb);

-- include: agreements/_drafted.sql
