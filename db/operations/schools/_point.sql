-- SPDX-License-Identifier: MIT
-- The parameter "near" as a point of the British National Grid; null when it is absent.
st_transform(st_setsrid(st_makepoint(
	split_part(:near::text, ',', 2)::double precision, split_part(:near::text, ',', 1)::double precision
), 4326), 27700)
