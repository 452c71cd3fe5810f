-- SPDX-License-Identifier: MIT
-- cost: read

-- How many of the authority's areas lie in each tenth of England's.
select row_to_json(shown) as body
from (
	select 'mostDeprived' as "decileOne", 'English indices of deprivation 2019' as "source", (
			select json_agg(row_to_json(m) order by m.decile)
			from (
				select tenth.decile, count(d.lsoa_code) as areas
				from generate_series(1, 10) as tenth (decile)
				left join reference.area_deprivation d
					on d.imd_decile = tenth.decile
					and d.local_authority_code = (
-- include: shared/_authority_code.sql
					)
				group by tenth.decile
			) m
		) as "deciles"
) shown
