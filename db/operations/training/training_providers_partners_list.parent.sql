-- SPDX-License-Identifier: MIT
-- cost: read
select 1
from reference.training_provider
where code = :code::text
