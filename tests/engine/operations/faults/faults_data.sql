-- SPDX-License-Identifier: MIT
-- cost: read
select json_build_object('quotient', 60 / :divisor::integer) as body
