-- SPDX-License-Identifier: MIT
-- Where more is said of the organisation "o": an address for each register that has it.
select coalesce(json_agg(row_to_json(m) order by m.kind, m.href), '[]')
from (
	select 'school' as kind, '/v1/schools/' || s.urn as href
	from reference.organisation_identifier known
	join reference.school s on s.urn = known.value::integer
	where known.organisation_id = o.id
	and known.scheme = 'urn'
	union all
	select i.kind, case i.kind when 'university' then '/v1/universities/' else '/v1/colleges/' end || i.reference
	from reference.institution i
	where i.kind = o.kind
	and i.reference = o.reference
	union all
	select 'trainingProvider', '/v1/training-providers/' || p.code
	from reference.organisation_identifier known
	join reference.training_provider p on p.code = known.value
	where known.organisation_id = o.id
	and known.scheme = 'providerCode'
	union all
	select 'trust', '/v1/trusts/' || o.reference where o.kind = 'trust'
	union all
	select 'localAuthority', '/v1/local-authorities/' || o.reference where o.kind = 'localAuthority'
) m
