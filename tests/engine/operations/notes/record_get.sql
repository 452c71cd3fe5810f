-- SPDX-License-Identifier: MIT
-- cost: read
-- seal: yes
-- page: problem.html
select '{"status":200,"title":"<b>"}'::json as body
