-- SPDX-License-Identifier: MIT
-- Where the answer of what changes a record of our own register comes from: the organisation as anybody reads it.
from reference.organisation o
cross join (select null::double precision as metres) near
cross join lateral (
-- include: organisations/_organisation.sql
) item
