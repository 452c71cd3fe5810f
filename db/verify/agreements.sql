-- SPDX-License-Identifier: MIT
-- Verify accord:agreements on pg

begin;

select partnership_id, number, kind, state, starts_on, ends_on, clauses, text, text_sha256, created_by, created_at,
	opened_at, in_force_at, closed_at
from restricted.agreement
where false;
select partnership_id, number, organisation_id, role from restricted.agreement_signatory where false;
select partnership_id, number, organisation_id, sequence, receipt, receipt_sha256, claims
from restricted.agreement_signature
where false;
select sha256, partnership_id, number, organisation_id, what, salt, value, erased_at
from restricted.agreement_commitment
where false;

do $$
begin
	assert accord.canonical('{"b": [1, null, true], "a": "\u20ac\n"}') = '{"a":"€\n","b":[1,null,true]}',
		'a canonical text is in order';
end
$$;

rollback;
