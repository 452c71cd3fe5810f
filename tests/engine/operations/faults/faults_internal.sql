-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('never', engine.explode()) as body
