-- SPDX-License-Identifier: MIT
-- cost: read
-- cache: yes
-- order rank: imd_rank asc, lsoa_code asc

select item.item, d.imd_rank, d.lsoa_code
from reference.area_deprivation d
cross join lateral (
	select row_to_json(shown) as item
	from (
		select d.lsoa_code as "code", d.lsoa_name as "name", d.msoa_code as "msoaCode", 'mostDeprived' as "decileOne", (
				select row_to_json(m) from (select d.imd_rank as rank, d.imd_decile as decile) m
			) as "overall", (
				select row_to_json(m) from (select d.income_rank as rank, d.income_decile as decile) m
			) as "income", (
				select row_to_json(m) from (select d.employment_rank as rank, d.employment_decile as decile) m
			) as "employment", (
				select row_to_json(m) from (select d.education_rank as rank, d.education_decile as decile) m
			) as "education", (
				select row_to_json(m) from (select d.health_rank as rank, d.health_decile as decile) m
			) as "health", (
				select row_to_json(m) from (select d.crime_rank as rank, d.crime_decile as decile) m
			) as "crime", (
				select row_to_json(m) from (select d.barriers_rank as rank, d.barriers_decile as decile) m
			) as "barriers", (
				select row_to_json(m) from (select d.environment_rank as rank, d.environment_decile as decile) m
			) as "environment"
	) shown
) item
where d.local_authority_code = (
-- include: shared/_authority_code.sql
)
and (:decile::integer[] is null or d.imd_decile = any(:decile::integer[]))
