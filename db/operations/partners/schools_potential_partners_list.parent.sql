-- SPDX-License-Identifier: MIT
-- cost: read
-- plan: custom
select 1
from accord.organisations_identified(array['urn:' || :urn::text]) o
