-- SPDX-License-Identifier: MIT
-- What was found, as (key, value): for the first page of the most relevant only that, and what is as relevant as its
-- end.
(
	select key, value
	from jsonb_each(:search_found::jsonb)
	order by value
	fetch first (
		case when :request_order::text = 'relevance' and :after::text is null then :limit::integer + 1 else 1000 end
	) rows with ties
) best
