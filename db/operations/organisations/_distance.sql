-- SPDX-License-Identifier: MIT
-- Metres from the organisation "o" to the parameter "near"; null when it is absent, or nobody knows where it is.
-- Reckoned with numbers, as for schools.
sqrt(
	(st_x(o.grid) - st_x(
-- include: schools/_point.sql
	)) ^ 2 + (st_y(o.grid) - st_y(
-- include: schools/_point.sql
	)) ^ 2
)
