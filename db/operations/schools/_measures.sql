-- SPDX-License-Identifier: MIT
-- The numbers of the school "s" that may be missing. Columns of a select list.
accord.measure(s.capacity, s.capacity_symbol) as "capacity",
accord.measure(s.pupils, s.pupils_symbol) as "pupils",
accord.measure(s.fsm_percent, s.fsm_percent_symbol) as "fsmPercent"
