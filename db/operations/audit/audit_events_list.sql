-- SPDX-License-Identifier: MIT
-- cost: read
-- audit: personal
-- plan: custom
-- order at: id asc
select
	json_build_object(
		'id', id,
		'at', at,
		'operation', operation,
		'outcome', outcome,
		'status', status,
		'problem', problem,
		'actorKind', actor_kind,
		'actor', actor,
		'subject', subject_id,
		'trace', replace(trace::text, '-', ''),
		'omitted', omitted
	) as item,
	id
from restricted.audit_event
where organisation_id = :caller_organisation::uuid
and (:from::timestamptz is null or at >= :from)
and (:to::timestamptz is null or at < :to)
and (:operation::text is null or operation = :operation)
and (:actor::text is null or actor = :actor)
and (:outcome::text is null or outcome = :outcome)
