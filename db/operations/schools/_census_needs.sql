-- SPDX-License-Identifier: MIT
-- First language and free school meals in the census "c". Columns of a select list.
(
	select row_to_json(m)
	from (select c.eal as value, c.eal_symbol as symbol, symbol.reasons ->> c.eal_symbol as reason) m
) as "eal", (
	select row_to_json(m)
	from (
		select c.eal_percent as value, c.eal_percent_symbol as symbol,
			symbol.reasons ->> c.eal_percent_symbol as reason
	) m
) as "ealPercent", (
	select row_to_json(m)
	from (select c.fsm as value, c.fsm_symbol as symbol, symbol.reasons ->> c.fsm_symbol as reason) m
) as "fsm", (
	select row_to_json(m)
	from (
		select c.fsm_ever6 as value, c.fsm_ever6_symbol as symbol,
			symbol.reasons ->> c.fsm_ever6_symbol as reason
	) m
) as "fsmEver6", (
	select row_to_json(m)
	from (
		select c.fsm_ever6_base as value, c.fsm_ever6_base_symbol as symbol,
			symbol.reasons ->> c.fsm_ever6_base_symbol as reason
	) m
) as "fsmEver6Base", (
	select row_to_json(m)
	from (
		select c.fsm_ever6_percent as value, c.fsm_ever6_percent_symbol as symbol,
			symbol.reasons ->> c.fsm_ever6_percent_symbol as reason
	) m
) as "fsmEver6Percent"
