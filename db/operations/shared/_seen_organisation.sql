-- SPDX-License-Identifier: MIT
-- The organisation that the path names, when the caller sees its records.
select 1
where :id::uuid = any((select accord.caller_organisations())::uuid[])
