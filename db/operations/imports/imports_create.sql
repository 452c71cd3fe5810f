-- SPDX-License-Identifier: MIT
-- cost: write
select pg_advisory_xact_lock(hashtextextended('imports of ' || :caller_organisation::text, 0));

select accord.demand(
	count(*) < accord.most('open imports'), 'conflict', null,
	format('The organisation has %s open imports: start or delete one.', accord.most('open imports'))
)
from restricted.import i
where i.organisation_id = :caller_organisation::uuid
and i.state = 'open';

insert into restricted.import (id, organisation_id, kind, name, size, sha256, requester, created_at)
select :new_id::uuid, :caller_organisation::uuid, b.kind, b.name, b.size, decode(b.sha256, 'hex'),
	:caller_subject::text, accord.now()
from jsonb_to_record(:body::jsonb) as b(kind text, name text, size bigint, sha256 text);

select
-- include: imports/_import.sql
as body, i.version::text as etag, '/v1/imports/' || i.id as location
from restricted.import i
where i.id = :new_id::uuid;
