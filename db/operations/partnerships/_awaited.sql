-- SPDX-License-Identifier: MIT
-- Whether the version of the partnership "p" that is open waits for the acting organisation's signature.
exists (
	select
	from restricted.agreement a
	join restricted.agreement_signatory s on (s.partnership_id, s.number) = (a.partnership_id, a.number)
	where a.partnership_id = p.id and a.state = 'open' and s.organisation_id = (select accord.caller_organisation())
	and not exists (
		select
		from restricted.agreement_signature g
		where (g.partnership_id, g.number, g.organisation_id) = (s.partnership_id, s.number, s.organisation_id)
	)
)
