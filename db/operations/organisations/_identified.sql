-- SPDX-License-Identifier: MIT
-- Of the organisation "o": it has every identifier that is asked for. Where none is, nothing is looked at.
(
	cardinality(
-- include: organisations/_identifiers.sql
	) = 0
	or (
		o.identifiers @>
-- include: organisations/_identifiers.sql
		and o.id = any(array(
			select i.id
			from accord.organisations_identified(
-- include: organisations/_identifiers.sql
			) i
		))
	)
)
