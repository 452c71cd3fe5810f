-- SPDX-License-Identifier: MIT
(
	select row_to_json(shown)
	from (
		select j.id, j.kind, j.state, j.progress, j.import_kind as "importKind", j.file_name as "fileName",
			'/v1/imports/' || j.import_id as "import", j.organisation_id as "organisationId",
			j.requester as "requestedBy", j.attempt as attempts, j.cancel_asked_at is not null as "cancelAsked",
-- include: jobs/_counts.sql
			as "counts", j.fault, j.created_at as "createdAt", j.started_at as "startedAt",
			j.ended_at as "endedAt", '/v1/jobs/' || j.id || '/rejected-rows' as "rejectedRows",
			'/v1/jobs/' || j.id as "self"
	) shown
)
