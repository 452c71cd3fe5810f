-- SPDX-License-Identifier: MIT
-- First language and free school meals in the census "c". Columns of a select list.
accord.measure(c.eal, c.eal_symbol) as "eal",
accord.measure(c.eal_percent, c.eal_percent_symbol) as "ealPercent",
accord.measure(c.fsm, c.fsm_symbol) as "fsm",
accord.measure(c.fsm_ever6, c.fsm_ever6_symbol) as "fsmEver6",
accord.measure(c.fsm_ever6_base, c.fsm_ever6_base_symbol) as "fsmEver6Base",
accord.measure(c.fsm_ever6_percent, c.fsm_ever6_percent_symbol) as "fsmEver6Percent"
