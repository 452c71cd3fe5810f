-- SPDX-License-Identifier: MIT
-- The published notice "r" has not expired, nor has its organisation closed. How long a notice lasts bounds how far
-- back an index has to be read.
r.expires_at > accord.now()
and r.created_at > accord.now() - make_interval(days => accord.finding_limit('days of a notice'))
and not exists (
	select from reference.organisation closed where closed.id = r.organisation_id and closed.status = 'Closed'
)
