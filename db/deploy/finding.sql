-- SPDX-License-Identifier: MIT
-- Deploy accord:finding to pg
-- requires: tenancy
-- Who is a partner already.

begin;

set local role accord_owner;

create table published.partner_pair (
	organisation_id uuid not null,
	partner_id uuid not null,
	constraint partner_pair_pkey primary key (organisation_id, partner_id),
	constraint partner_pair_other check (organisation_id <> partner_id)
);

comment on table published.partner_pair is
	'The pairs of organisations that are accepted members of one partnership that has not ended, in both directions. Written in the transaction that changes a membership.';
comment on column published.partner_pair.organisation_id is 'An organisation.';
comment on column published.partner_pair.partner_id is 'A partner of it.';

commit;
