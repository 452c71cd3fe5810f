-- SPDX-License-Identifier: MIT
-- What makes the organisation "o" like or unlike others, with what the register of schools has of it as "s". Columns of
-- a select list.
o.id, o.kind, o.name, o.town, o.status, o.local_authority_code, o.longitude, o.latitude, o.grid,
s.sector, s.phase_name as phase, s.fsm_percent, s.pupils, case s.phase_name
	when 'Nursery' then 1
	when 'Primary' then 2
	when 'Middle deemed primary' then 2
	when 'Middle deemed secondary' then 3
	when 'Secondary' then 3
	when '16 plus' then 4
end as stage,
exists (select from unnest(o.identifiers) one where starts_with(one, 'providerCode:')) as trains,
exists (select from unnest(o.identifiers) one where starts_with(one, 'accreditedNumber:')) as accredited
