-- SPDX-License-Identifier: MIT
(
	select row_to_json(shown)
	from (
		select i.id, i.kind, i.name, i.size, encode(i.sha256, 'hex') as sha256, i.state,
			accord.most('part bytes') as "partSize",
			((i.size - 1) / accord.most('part bytes') + 1)::integer as "partCount", (
				select coalesce(json_agg(p.number order by p.number), '[]')
				from restricted.import_part p
				where p.import_id = i.id
			) as "parts", '/v1/jobs/' || j.id as "job",
-- include: jobs/_counts.sql
			as "counts", '/v1/jobs/' || j.id || '/rejected-rows' as "rejectedRows", i.created_at as "createdAt",
			i.created_at + make_interval(hours => accord.most('hours of an open import')::integer) as "expiresAt",
			'/v1/imports/' || i.id as "self"
		from (select i.id) file
		left join restricted.job j on j.import_id = file.id
	) shown
)
