-- SPDX-License-Identifier: MIT
-- Who is on roll, and special needs, in the census "c". Columns of a select list.
accord.measure(c.pupils, c.pupils_symbol) as "pupils",
accord.measure(c.girls, c.girls_symbol) as "girls",
accord.measure(c.boys, c.boys_symbol) as "boys",
accord.measure(c.girls_percent, c.girls_percent_symbol) as "girlsPercent",
accord.measure(c.boys_percent, c.boys_percent_symbol) as "boysPercent",
accord.measure(c.sen_support, c.sen_support_symbol) as "senSupport",
accord.measure(c.sen_support_percent, c.sen_support_percent_symbol) as "senSupportPercent",
accord.measure(c.ehc_plan, c.ehc_plan_symbol) as "ehcPlan",
accord.measure(c.ehc_plan_percent, c.ehc_plan_percent_symbol) as "ehcPlanPercent"
