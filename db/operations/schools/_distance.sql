-- SPDX-License-Identifier: MIT
-- Metres from the school "s" to the parameter "near", on the British National Grid, which is flat; null when it is
-- absent. Reckoned with numbers: a function of geometries costs many times as much, and this is needed row by row.
sqrt(
	(s.easting - st_x(
-- include: schools/_point.sql
	)) ^ 2 + (s.northing - st_y(
-- include: schools/_point.sql
	)) ^ 2
)
