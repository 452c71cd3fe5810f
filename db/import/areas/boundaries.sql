-- SPDX-License-Identifier: MIT
-- Boundaries: staging (code, geometry as GeoJSON).

-- A file of the United Kingdom has areas that are no English authority.
update staging set skipped = true where reason is null and code !~ '^E(0[6-9]|10)';

-- Districts have no part in education: only unitary, metropolitan, London and county authorities must be known.
update staging
set
	skipped = code ~ '^E07',
	reason = case
		when code !~ '^E07'
			then format('code: authority %s is not known; import the list of authorities first', code)
	end
where
	reason is null
	and not skipped
	and not exists (select from reference.local_authority where local_authority.code = staging.code);

update staging
set reason = format('code: %s is in the file before', code)
from (select code as known, min(line) as first_line from staging where reason is null group by code) as seen
where reason is null and not skipped and code = known and line > first_line;

alter table staging add column boundary postgis.geometry (multipolygon, 4326);

-- Repairing a boundary may leave lines beside the areas: only areas are kept.
update staging
set boundary = st_multi(st_collectionextract(st_makevalid(st_setsrid(st_geomfromgeojson(geometry), 4326)), 3))
where reason is null and not skipped;

update staging
set reason = 'geometry: encloses nothing'
where reason is null and not skipped and st_isempty(boundary);

with written as (
	update reference.local_authority as authority
	set boundary = staging.boundary, boundary_geojson = st_asgeojson(staging.boundary, 6)::json
	from staging
	where
		staging.reason is null
		and not staging.skipped
		and authority.code = staging.code
		and authority.boundary_geojson::text is distinct from st_asgeojson(staging.boundary, 6)
	returning authority.code
)
insert into outcome (inserted)
select false from written;
