-- SPDX-License-Identifier: MIT
-- Revert accord:partnerships from pg

begin;

set local role accord_owner;

create or replace function accord.move_to_survivor(merged uuid, survivor uuid) returns void
language sql volatile
set search_path = ''
as $$
	update restricted.person_grant as g
	set organisation_id = survivor
	where g.organisation_id = merged
	and not exists (
		select from restricted.person_grant as o where o.organisation_id = survivor and o.person_id = g.person_id
	);
	delete from restricted.person_grant as g where g.organisation_id = merged;
	update restricted.client as c set organisation_id = survivor where c.organisation_id = merged;
	update restricted.organisation as o set registered_by = survivor where o.registered_by = merged;
	insert into restricted.party (record_id, organisation_id)
	select p.record_id, survivor from restricted.party as p where p.organisation_id = merged
	on conflict on constraint party_pkey do nothing;
	delete from restricted.party as p where p.organisation_id = merged
$$;

alter policy visible on restricted.party
	using (organisation_id = any ((select accord.caller_organisations())::uuid[]));
comment on table restricted.party is
	'Which organisations share a record. The policy of its table is "id in (select record_id from restricted.party where organisation_id = any (…))".';

-- Whoever shared a partnership shares nothing any more.
delete from restricted.party as y
using restricted.partnership as p
where p.id = y.record_id;
delete from published.partner_pair;

drop trigger partnership_made on restricted.partnership;
drop trigger partnership_followed on restricted.partnership;
drop trigger partnership_member_followed on restricted.partnership_member;
drop trigger partnership_member_forgotten on restricted.partnership_member;
drop function accord.forget_member();
drop function accord.erase_contacts(uuid, uuid);
drop function accord.forget_people(uuid, uuid);
drop function accord.change_member(uuid, uuid, jsonb);
drop function accord.forget_replies(uuid, uuid[]);
drop index accord.idempotency_members_idx;
drop function accord.demand_nameable(uuid, uuid, jsonb);
drop function accord.keep_contact(uuid, uuid, text, jsonb);
drop function accord.step_member(uuid, uuid, text, text);
drop function accord.member_actions(uuid, uuid);
drop function accord.member_hindrance(restricted.partnership, restricted.partnership_member, text);
drop function accord.member_standing(uuid, uuid);
drop function accord.invite_member(uuid, uuid, text);
drop function accord.is_last_lead(restricted.partnership_member);
drop function accord.stands_in(restricted.partnership_member);
drop function accord.is_closed(uuid);
drop function accord.step_partnership(uuid, text);
drop function accord.change_partnership(uuid, jsonb);
drop function accord.create_partnership(uuid, jsonb);
drop function accord.demand_known(text[], text[]);
drop function accord.note_event(uuid, text, uuid, integer, text, uuid, text);
drop function accord.demand_room(uuid);
drop function accord.record_bytes(uuid);
drop function accord.partnership_bytes(uuid);
drop function accord.name_bytes(uuid);
drop function accord.demand_step(text, text, text, text[], text, text[]);
drop function accord.refuse_step(text, text, text, text[], text, text[]);
drop function accord.demand_lasting(restricted.partnership);
drop function accord.refuse_action(text, text, text[]);
drop function accord.next_state(text, text, text, text[]);
drop function accord.partnership_actions(uuid);
drop function accord.partnership_hindrance(restricted.partnership, text);
drop function accord.history_hindrance(integer, text);
drop function accord.is_always_noted(text);
drop function accord.partnership_standing(uuid);
drop function accord.follow_member();
drop function accord.follow_partnership();
drop function accord.publish_partnership(uuid);
drop function accord.refresh_parties(uuid);
drop function accord.refresh_pairs(uuid[]);
drop table published.partnership_member, published.partnership, restricted.partnership_event,
	restricted.partnership_contact, restricted.partnership_member, restricted.partnership;
drop function accord.keep_history();
drop table published.machine_step;
drop function accord.are_short_texts(text[], integer, integer);
drop function accord.is_short_text(text, integer);

commit;
