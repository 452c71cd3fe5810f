-- SPDX-License-Identifier: MIT
-- The answer of what changes a record of our own register: columns of a select list and where they come from, the
-- organisation as anybody reads it.
-- include: organisations/_columns.sql
from reference.organisation o
cross join (select null::double precision as metres) near
