-- SPDX-License-Identifier: MIT
-- The numbers of the school "s" that may be missing, and then why, in parts. Columns of a select list.
s.capacity as ".capacity.value", s.capacity_symbol as ".capacity.symbol",
case
	when s.capacity_symbol is not null then coalesce(accord.symbol_meaning(s.capacity_symbol), accord.late())
end as ".capacity.reason",
s.pupils as ".pupils.value", s.pupils_symbol as ".pupils.symbol",
case
	when s.pupils_symbol is not null then coalesce(accord.symbol_meaning(s.pupils_symbol), accord.late())
end as ".pupils.reason",
s.fsm_percent as ".fsmPercent.value", s.fsm_percent_symbol as ".fsmPercent.symbol",
case
	when s.fsm_percent_symbol is not null then coalesce(accord.symbol_meaning(s.fsm_percent_symbol), accord.late())
end as ".fsmPercent.reason"
