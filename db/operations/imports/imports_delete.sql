-- SPDX-License-Identifier: MIT
-- cost: write
-- include: imports/_lock.sql

select accord.drop_import(:id::uuid);
