-- SPDX-License-Identifier: MIT
-- cost: write
-- include: partnerships/_lock.sql

select accord.step_member(:id::uuid, :organisation_id::uuid, 'leave');
