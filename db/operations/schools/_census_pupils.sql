-- SPDX-License-Identifier: MIT
-- Who is on roll, and special needs, in the census "c". Columns of a select list.
(
	select row_to_json(m)
	from (select c.pupils as value, c.pupils_symbol as symbol, symbol.reasons ->> c.pupils_symbol as reason) m
) as "pupils", (
	select row_to_json(m)
	from (select c.girls as value, c.girls_symbol as symbol, symbol.reasons ->> c.girls_symbol as reason) m
) as "girls", (
	select row_to_json(m)
	from (select c.boys as value, c.boys_symbol as symbol, symbol.reasons ->> c.boys_symbol as reason) m
) as "boys", (
	select row_to_json(m)
	from (
		select c.girls_percent as value, c.girls_percent_symbol as symbol,
			symbol.reasons ->> c.girls_percent_symbol as reason
	) m
) as "girlsPercent", (
	select row_to_json(m)
	from (
		select c.boys_percent as value, c.boys_percent_symbol as symbol,
			symbol.reasons ->> c.boys_percent_symbol as reason
	) m
) as "boysPercent", (
	select row_to_json(m)
	from (
		select c.sen_support as value, c.sen_support_symbol as symbol,
			symbol.reasons ->> c.sen_support_symbol as reason
	) m
) as "senSupport", (
	select row_to_json(m)
	from (
		select c.sen_support_percent as value, c.sen_support_percent_symbol as symbol,
			symbol.reasons ->> c.sen_support_percent_symbol as reason
	) m
) as "senSupportPercent", (
	select row_to_json(m)
	from (select c.ehc_plan as value, c.ehc_plan_symbol as symbol, symbol.reasons ->> c.ehc_plan_symbol as reason) m
) as "ehcPlan", (
	select row_to_json(m)
	from (
		select c.ehc_plan_percent as value, c.ehc_plan_percent_symbol as symbol,
			symbol.reasons ->> c.ehc_plan_percent_symbol as reason
	) m
) as "ehcPlanPercent"
