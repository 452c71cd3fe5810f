-- SPDX-License-Identifier: MIT
-- Who signs the agreement "a", whose words are "w", each as the text has it and with its signature: an expression. The
-- text names them for good, so nothing else has to be asked who they are.
(
	select coalesce(json_agg(json_build_object(
		'organisation', json_build_object('id', t.said -> 'organisation', 'name', t.said -> 'name'),
		'role', t.said -> 'role',
		'goal', t.said -> 'goal',
		'responsibilities', t.said -> 'responsibilities',
		'infrastructure', t.said -> 'infrastructure',
		'projectLead', json_build_object('sha256', t.said -> 'projectLead', 'state', (
			select case when c.erased_at is null then 'open' else 'erased' end
			from restricted.agreement_commitment c
			where (c.partnership_id, c.number, c.sha256) = (a.partnership_id, a.number, t.said ->> 'projectLead')
		)),
		'signature', case
			when g.sequence is not null then json_build_object(
				'sequence', g.sequence,
				'method', g.claims ->> 'method',
				'signatory', g.claims ->> 'signatory',
				'signedAt', g.claims ->> 'signedAt',
				'signedOn', g.claims ->> 'signedOn',
				'keptAt', g.claims ->> 'keptAt',
				'recordedBy', g.claims ->> 'recordedBy',
				'recorder', g.claims ->> 'recorder',
				'receipt', g.receipt,
				'receiptSha256', g.receipt_sha256,
				'previous', g.claims ->> 'previous'
			)
		end
	) order by t.place), '[]')
	from jsonb_array_elements(w.words -> 'signatories') with ordinality as t (said, place)
	left join restricted.agreement_signature g
		on (g.partnership_id, g.number, g.organisation_id)
			= (a.partnership_id, a.number, (t.said ->> 'organisation')::uuid)
)
