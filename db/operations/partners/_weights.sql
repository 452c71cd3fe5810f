-- SPDX-License-Identifier: MIT
-- The weights as columns of a select list.
coalesce(:weight_distance::double precision, 1) as distance,
coalesce(:weight_notices::double precision, 1) as notices,
coalesce(:weight_phases::double precision, 1) as phases,
coalesce(:weight_sector::double precision, 1) as sector,
coalesce(:weight_focus::double precision, 1) as focus,
coalesce(:weight_intake::double precision, 1) as intake,
coalesce(:weight_university::double precision, 1) as university,
coalesce(:weight_training::double precision, 1) as training
