-- SPDX-License-Identifier: MIT
-- Who signs the agreement "a", each with its signature: an expression.
(
	select coalesce(json_agg(json_build_object(
		'organisation', json_build_object('id', s.organisation_id, 'name', o.name),
		'role', s.role,
		'signature', case
			when g.sequence is not null then json_build_object(
				'sequence', g.sequence,
				'method', g.claims ->> 'method',
				'signatory', g.claims ->> 'signatory',
				'signedAt', g.claims ->> 'signedAt',
				'signedOn', g.claims ->> 'signedOn',
				'keptAt', g.claims ->> 'keptAt',
				'recordedBy', g.claims ->> 'recordedBy',
				'receipt', g.receipt,
				'receiptSha256', g.receipt_sha256,
				'previous', g.claims ->> 'previous'
			)
		end
	) order by s.organisation_id), '[]')
	from restricted.agreement_signatory s
	left join restricted.agreement_signature g
		on (g.partnership_id, g.number, g.organisation_id) = (s.partnership_id, s.number, s.organisation_id)
	left join reference.organisation o on o.id = s.organisation_id
	where (s.partnership_id, s.number) = (a.partnership_id, a.number)
)
