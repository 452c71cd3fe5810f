-- SPDX-License-Identifier: MIT
-- Revert accord:agreements from pg

begin;

set local role accord_owner;

create or replace function accord.forget_people(partnership uuid, organisation uuid) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
	forgotten boolean;
begin
	delete from restricted.partnership_contact as c where (c.partnership_id, c.organisation_id) = ($1, $2);
	forgotten := found;
	perform accord.forget_replies($1, array[$2]);
	return forgotten;
end
$$;

create or replace function accord.record_bytes(partnership uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
	return accord.partnership_bytes($1);
end
$$;

drop trigger partnership_ended on restricted.partnership;
drop trigger partnership_member_gone on restricted.partnership_member;
drop function accord.abandon_agreements();
drop function accord.erase_people(uuid, uuid, jsonb);
drop function accord.forget_some(uuid, uuid, text[]);
drop function accord.keep_signature(uuid, integer, text);
drop function accord.complete_agreement(restricted.partnership, integer);
drop function accord.read_claims(text);
drop function accord.prepare_signature(uuid, integer, text, jsonb);
drop function accord.signing_role(restricted.agreement, uuid);
drop function accord.caller_identity();
drop function accord.step_agreement(uuid, integer, text);
drop function accord.close_agreement(uuid, integer, text);
drop function accord.agreement_text(restricted.partnership, restricted.agreement);
drop function accord.change_agreement(uuid, integer, jsonb);
drop function accord.follow_agreement(uuid, integer, text, jsonb);
drop function accord.draft_agreement(uuid, jsonb);
drop function accord.add_agreement(restricted.partnership, text, date, date, text, jsonb);
drop function accord.demand_clauses(jsonb);
drop function accord.demand_agreement_step(uuid, integer, text);
drop function accord.demand_signable(restricted.partnership, restricted.agreement, text, text[]);
drop function accord.agreements_bytes(uuid);
drop function accord.agreement_actions(uuid, integer);
drop function accord.agreement_hindrance(restricted.partnership, restricted.agreement, text);
drop function accord.renewal_fault(restricted.partnership, text, date);
drop function accord.has_drafted_enough(uuid);
drop function accord.signatories(uuid);
drop function accord.agreement_standing(uuid, integer);
drop function accord.absorbed(uuid);
drop function accord.commit_to(uuid, integer, uuid, text, jsonb);
drop table restricted.agreement_commitment, restricted.agreement_signature, restricted.agreement_signatory,
	restricted.agreement;
drop function accord.keep_commitment();
drop function accord.keep_agreement();
drop function accord.sha256_hex(text);
drop function accord.canonical(jsonb);
delete from published.machine_step where machine = 'agreement';

commit;
