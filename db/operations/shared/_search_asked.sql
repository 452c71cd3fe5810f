-- SPDX-License-Identifier: MIT
-- What has no meaning without "q" is refused without it.
(
	:q::text is not null
	or :request_order::text not in ('relevance', '-relevance')
	or accord.demand(false, 'invalid-parameter', 'order', 'An order by relevance needs q.')
)
