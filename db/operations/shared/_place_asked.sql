-- SPDX-License-Identifier: MIT
-- What has no meaning without "near" is refused without it.
(
	:near::text is not null
	or :within::integer is null
	or accord.demand(false, 'invalid-parameter', 'within', 'within needs near.')
)
and (
	:near::text is not null
	or :request_order::text not in ('distance', '-distance')
	or accord.demand(false, 'invalid-parameter', 'order', 'An order by distance needs near.')
)
