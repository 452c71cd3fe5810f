-- SPDX-License-Identifier: MIT
-- The numbers of the school "s" that may be missing, and then why, in parts. Columns of a select list.
s.capacity as ".capacity.value", s.capacity_symbol as ".capacity.symbol",
accord.symbol_meaning(s.capacity_symbol) as ".capacity.reason",
s.pupils as ".pupils.value", s.pupils_symbol as ".pupils.symbol",
accord.symbol_meaning(s.pupils_symbol) as ".pupils.reason",
s.fsm_percent as ".fsmPercent.value", s.fsm_percent_symbol as ".fsmPercent.symbol",
accord.symbol_meaning(s.fsm_percent_symbol) as ".fsmPercent.reason"
