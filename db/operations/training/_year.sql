-- SPDX-License-Identifier: MIT
-- The academic year asked for, by the year it begins in; without one, the latest of which partnerships are known.
coalesce(left(:academic_year::text, 4), (select max(y.academic_year) from reference.training_partnership y))
