-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('never', engine.touch()) as body
