-- SPDX-License-Identifier: MIT
-- The numbers of the school "s" that may be missing. Columns of a select list.
(
	select row_to_json(m)
	from (
		select s.capacity as value, s.capacity_symbol as symbol,
			symbol.reasons ->> s.capacity_symbol as reason
	) m
) as "capacity", (
	select row_to_json(m)
	from (select s.pupils as value, s.pupils_symbol as symbol, symbol.reasons ->> s.pupils_symbol as reason) m
) as "pupils", (
	select row_to_json(m)
	from (
		select s.fsm_percent as value, s.fsm_percent_symbol as symbol,
			symbol.reasons ->> s.fsm_percent_symbol as reason
	) m
) as "fsmPercent"
