-- SPDX-License-Identifier: MIT
(
	select row_to_json(c)
	from (
		select j.counts[1] as rows, j.counts[2] as inserted, j.counts[3] as updated,
			j.counts[4] as unchanged, j.counts[5] as rejected, j.counts[6] as skipped
	) c
	where j.counts is not null
)
