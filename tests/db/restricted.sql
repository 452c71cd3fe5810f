-- SPDX-License-Identifier: MIT
-- Whatever is restricted, now and later: row security holds for everybody, and nobody shows rows to nobody.

begin;

create schema pgtap;
create extension pgtap with schema pgtap;
set local search_path = pgtap, postgis;

create temporary view protected as
select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relacl
from pg_catalog.pg_class as c
where c.relnamespace = 'restricted'::regnamespace and c.relkind in ('r', 'p');

select plan(9 + (select count(*)::integer from protected));

select is_empty(
	$$ select relname from protected where not (relrowsecurity and relforcerowsecurity) $$,
	'row security is forced on every table'
);
select is_empty(
	$$
	select c.oid::regclass
	from pg_catalog.pg_class as c
	where
		c.relkind in ('v', 'm')
		and c.relnamespace in ('restricted'::regnamespace, 'published'::regnamespace, 'accord'::regnamespace)
		and not coalesce(array_to_string(c.reloptions, ' ') ~ 'security_invoker=(on|true)', false)
		and pg_catalog.pg_get_viewdef(c.oid) ~ 'restricted\.'
	$$,
	'no view sees with its owner''s eyes'
);
select is_empty(
	$$
	select t.relname, p.polname
	from pg_catalog.pg_policy as p
	join protected as t on t.oid = p.polrelid
	where p.polroles = '{0}'
	$$,
	'every policy names its role'
);
select is_empty(
	$$
	select t.relname, p.polname
	from pg_catalog.pg_policy as p
	join protected as t on t.oid = p.polrelid
	where
		p.polroles <> array['accord_owner'::regrole::oid]
		and p.polname <> 'verified' -- whoever verifies the chain of the audit sees all of it
		and coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) !~ 'accord\.caller_'
	$$,
	'a policy of anybody but the owner asks who calls'
);
select is_empty(
	$$
	select d.objid, f.oid::regprocedure
	from pg_catalog.pg_depend as d
	join pg_catalog.pg_proc as f on f.oid = d.refobjid
	where
		d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass
		and f.provolatile = 'v'
	$$,
	'no function of a policy is volatile'
);
select is_empty(
	$$
	select granted.relname, granted.privilege_type, granted.grantee::regrole
	from (
		select t.oid, t.relname, a.privilege_type, a.grantee
		from protected as t, aclexplode(t.relacl) as a
		union
		select t.oid, t.relname, a.privilege_type, a.grantee
		from protected as t
		join pg_catalog.pg_attribute as c on c.attrelid = t.oid,
			aclexplode(c.attacl) as a
	) as granted
	where
		granted.grantee <> 'accord_owner'::regrole
		and not exists (
			select
			from pg_catalog.pg_policy as p
			where
				p.polrelid = granted.oid and p.polroles @> array[granted.grantee]
				and p.polcmd in (
					'*', case granted.privilege_type
						when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' when 'DELETE' then 'd'
					end::"char"
				)
		)
	$$,
	'a command is granted where a policy is'
);
select is_empty(
	$$
	select t.relname, p.polname
	from pg_catalog.pg_policy as p
	join protected as t on t.oid = p.polrelid
	where not p.polpermissive or (p.polcmd in ('*', 'w') and p.polwithcheck is null)
	$$,
	'a policy of changes says what a row may become'
);
select is_empty(
	$$
	select t.relname, p.polname
	from pg_catalog.pg_policy as p
	join protected as t on t.oid = p.polrelid
	where
		(t.relname, p.polname) <> ('audit_event', 'own') -- which each write checks for its one row
		and regexp_replace(
			concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
			'\( SELECT accord\.caller_[a-z]+\([^()]*\) AS caller_[a-z]+\)', '', 'g'
		) ~ 'accord\.caller_'
	$$,
	'a policy asks who calls once a statement, not once a row'
);
select is_empty(
	$$
	select t.relname
	from protected as t, pg_catalog.pg_attribute as a
	where
		a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
		and a.attname in ('digest', 'keys')
		and t.relname <> 'audit_batch' -- whose digest is made to be compared
		and (
			has_column_privilege('accord_api', t.oid, a.attnum, 'select')
			or has_column_privilege('accord_worker', t.oid, a.attnum, 'select')
			or has_column_privilege('accord_admin', t.oid, a.attnum, 'select')
		)
	$$,
	'nobody who logs in reads a digest or a key'
);

-- Each table has a row by now; with no caller, an empty one and garbage none is seen.
insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at)
values ('seen', 'Seen', '00000000-0000-8000-a000-000000000001', '{}', '{}', accord.now());
insert into restricted.client_secret (client_id, digest, created_at)
values ('seen', sha256('secret'), accord.now());
insert into restricted.used_assertion (client_id, token, expires_at) values ('seen', 'a', accord.now());
insert into restricted.person (id, issuer, subject, created_at)
values ('00000000-0000-8000-a000-000000000002', 'https://id.example', 'seen', accord.now());
insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at)
values (
	'00000000-0000-8000-a000-000000000002', '00000000-0000-8000-a000-000000000001', 'viewer', '{}', accord.now()
);
insert into restricted.revoked_token (token, expires_at) values ('seen', accord.now());
insert into restricted.import (id, organisation_id, kind, name, size, sha256, requester, created_at)
values (
	'00000000-0000-7000-a000-000000000001', '00000000-0000-8000-a000-000000000001', 'areas', 'a.csv', 1, sha256('x'),
	'seen', accord.now()
);
insert into restricted.import_part (import_id, number, organisation_id, content, received_at)
values ('00000000-0000-7000-a000-000000000001', 1, '00000000-0000-8000-a000-000000000001', 'x', accord.now());
insert into restricted.job (
	id, kind, organisation_id, requester, caller_client, caller_role, caller_scopes, run_after, created_at
)
values (
	'00000000-0000-7000-a000-000000000002', 'import', '00000000-0000-8000-a000-000000000001', 'seen', 'seen', '', '',
	accord.now(), accord.now()
);
insert into restricted.job_rejection (job_id, number, organisation_id, line, reason)
values ('00000000-0000-7000-a000-000000000002', 1, '00000000-0000-8000-a000-000000000001', 1, 'seen');
insert into restricted.organisation (
	id, reference, kind, name, other_names, country, identifiers, state, registered_by, registered_at
)
values (
	accord.organisation_id('accord', 'seen'), 'seen', 'charity', 'Seen', '{}', 'GB', '{odsCode:SEEN}', 'unverified',
	'00000000-0000-8000-a000-000000000001', accord.now()
);
insert into restricted.notice (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, expires_at, state,
	created_at, published_at
)
values (
	'00000000-0000-8000-a000-000000000003', '00000000-0000-8000-a000-000000000001', 'offer', 'Seen', 'Seen',
	'{teaching}', '{}', '{}', '{}', '{}', accord.now() + interval '1 day', 'published', accord.now(), accord.now()
);
insert into restricted.support_organisation (
	id, organisation_id, name, sort_name, summary, areas, focus_areas, phases, local_authorities, tags, state,
	created_at, published_at
)
values (
	'00000000-0000-8000-a000-000000000004', '00000000-0000-8000-a000-000000000001', 'Seen', 'seen', 'Seen',
	'{teaching}', '{}', '{}', '{}', '{}', 'published', accord.now(), accord.now()
);
insert into restricted.case_study (
	id, organisation_id, title, summary, areas, focus_areas, subjects, phases, years, tags, participants, outcomes,
	state, created_at
)
values (
	'00000000-0000-8000-a000-000000000005', '00000000-0000-8000-a000-000000000001', 'Seen', 'Seen', '{teaching}', '{}',
	'{}', '{}', '{}', '{}', '{}', '[]', 'withdrawn', accord.now()
);
insert into restricted.party (record_id, organisation_id)
values ('00000000-0000-8000-a000-000000000002', '00000000-0000-8000-a000-000000000001');
insert into restricted.partnership (
	id, title, type, areas, focus_areas, phases, years, subjects, coverage, form, aims, visibility, created_by,
	created_at
)
values (
	'00000000-0000-7000-a000-000000000003', 'Seen', 'civic', '{}', '{}', '{}', '{}', '{}', '{}', 'informal', '{}',
	'members', '00000000-0000-8000-a000-000000000001', accord.now()
);
insert into restricted.partnership_member (partnership_id, organisation_id, role, state, invited_at)
values (
	'00000000-0000-7000-a000-000000000003', '00000000-0000-8000-a000-000000000001', 'lead', 'accepted', accord.now()
);
insert into restricted.partnership_contact (partnership_id, organisation_id, kind, name, title, email)
values (
	'00000000-0000-7000-a000-000000000003', '00000000-0000-8000-a000-000000000001', 'projectLead', 'Seen', 'Seen',
	'seen@seen.example'
);
insert into restricted.partnership_event (partnership_id, number, at, action, organisation_id)
values (
	'00000000-0000-7000-a000-000000000003', 1, accord.now(), 'create', '00000000-0000-8000-a000-000000000001'
);
insert into restricted.agreement (
	partnership_id, number, kind, state, clauses, text, created_by, created_at, opened_at
)
values (
	'00000000-0000-7000-a000-000000000003', 1, 'first', 'open', '[]', '{}', '00000000-0000-8000-a000-000000000001',
	accord.now(), accord.now()
);
insert into restricted.agreement_signatory (partnership_id, number, organisation_id, role)
values ('00000000-0000-7000-a000-000000000003', 1, '00000000-0000-8000-a000-000000000001', 'lead');
insert into restricted.agreement_signature (partnership_id, number, organisation_id, sequence, receipt, claims)
values ('00000000-0000-7000-a000-000000000003', 1, '00000000-0000-8000-a000-000000000001', 1, 'a.b.c', '{}');
insert into restricted.agreement_commitment (partnership_id, number, organisation_id, what, sha256, salt, value)
values (
	'00000000-0000-7000-a000-000000000003', 1, '00000000-0000-8000-a000-000000000001', 'signatory',
	encode(sha256('x'), 'hex'), '', 'x'
);

insert into restricted.partnership_board (id, partnership_id, name, terms, seats, created_at)
values (
	'00000000-0000-7000-a000-000000000004', '00000000-0000-7000-a000-000000000003', 'Seen', 'Seen', '[]', accord.now()
);
insert into restricted.partnership_meeting (id, partnership_id, board_id, held_on, decisions, actions, created_at)
values (
	'00000000-0000-7000-a000-000000000005', '00000000-0000-7000-a000-000000000003',
	'00000000-0000-7000-a000-000000000004', '2026-10-05', '[]', '[]', accord.now()
);
insert into restricted.partnership_review (id, partnership_id, due_on, purpose, created_at)
values (
	'00000000-0000-7000-a000-000000000006', '00000000-0000-7000-a000-000000000003', '2027-06-30', 'Seen', accord.now()
);

-- Counts what a role sees, as a superuser who lends it the privilege that it may lack.
create function pg_temp.seen(
	place regclass, role_name text, client text, subject text, organisation text, scopes text default ''
)
returns bigint
language plpgsql
as $$
declare
	rows bigint;
begin
	execute format('grant usage on schema restricted to %I', role_name);
	execute format('grant select on %s to %I', place, role_name);
	perform set_config('accord.caller_client', client, true), set_config('accord.caller_subject', subject, true),
		set_config('accord.caller_organisation', organisation, true),
		set_config('accord.caller_scopes', scopes, true);
	execute format('set local role %I', role_name);
	execute format('select count(*) from %s', place) into rows;
	execute 'reset role';
	return rows;
end
$$;

select is(
	(
		select sum(pg_temp.seen(t.oid, role_name, client, subject, organisation, scopes))
		from
			unnest(array['accord_api', 'accord_worker', 'accord_admin']) as role_name,
			unnest(array['', 'nobody', '''; --']) as client,
			unnest(array['', 'nobody', '00000000-0000-8000-a000-000000000003']) as subject,
			unnest(array['', 'garbage', '{}', '00000000-0000-8000-a000-000000000004']) as organisation,
			unnest(array['', 'garbage', '{}', '{"organisations:operate"}', '{organisations:read}']) as scopes
	),
	0::numeric,
	'a stranger sees nothing of ' || t.relname
)
from protected as t
order by t.relname;

select * from finish();

rollback;
