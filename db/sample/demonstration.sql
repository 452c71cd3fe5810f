-- SPDX-License-Identifier: MIT
-- What organisations of London might publish and agree, to show what that looks like. None of it was ever said, offered
-- or agreed by anybody, and each piece says so. Made in the role of the service and by the functions that its operations
-- call; what is there already stays as it is.

begin;

-- University College London offers what a school needs that is no partner of it yet.
select set_config('accord.caller_organisation', accord.organisation_id('ukprn', '10007784')::text, true);

insert into restricted.notice (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, expires_at, state, created_at
)
values (
	'00000000-0000-7000-8000-0000000000d1', accord.caller_organisation(), 'offer',
	'Demonstration: a physicist for one day a week',
	'Demonstration, not a real offer. Postgraduates teach practical physics with a school''s own teacher.',
	'{teaching}', '{science}', '{F3}', '{Secondary}', '{year12,year13}', accord.now() + interval '365 days', 'draft',
	accord.now()
)
on conflict on constraint notice_pkey do nothing;

update restricted.notice
set state = 'published', published_at = accord.now()
where id = '00000000-0000-7000-8000-0000000000d1' and state = 'draft';

-- Maria Fidelis Catholic School.
select set_config('accord.caller_organisation', accord.organisation_id('urn', '100055')::text, true);

insert into restricted.notice (
	id, organisation_id, kind, title, summary, areas, focus_areas, subjects, phases, years, expires_at, state, created_at
)
values (
	'00000000-0000-7000-8000-0000000000d2', accord.caller_organisation(), 'need',
	'Demonstration: somebody to teach physics at A level',
	'Demonstration, not a real request. Seven students want to go on with physics, and nobody is there to teach it.',
	'{teaching}', '{science}', '{F3}', '{Secondary}', '{year12,year13}', accord.now() + interval '365 days', 'draft',
	accord.now()
)
on conflict on constraint notice_pkey do nothing;

update restricted.notice
set state = 'published', published_at = accord.now()
where id = '00000000-0000-7000-8000-0000000000d2' and state = 'draft';

-- The rest is Camden's, for whom the token of `make run` acts.
select set_config('accord.caller_organisation', accord.organisation_id('gss', 'E09000007')::text, true);

insert into restricted.support_organisation (
	id, organisation_id, name, sort_name, summary, areas, focus_areas, phases, local_authorities, tags, state, created_at
)
values (
	'00000000-0000-7000-8000-0000000000d3', accord.caller_organisation(), 'Demonstration Brokers (does not exist)',
	'demonstration brokers (does not exist)',
	'Demonstration: there is no such body. It would bring schools and universities of Camden together.',
	'{teaching,leadership}', '{}', '{Secondary}', '{E09000007}', '{brokerage,demonstration}', 'draft', accord.now()
)
on conflict on constraint support_organisation_pkey do nothing;

update restricted.support_organisation
set state = 'published', published_at = accord.now()
where id = '00000000-0000-7000-8000-0000000000d3' and state = 'draft';

insert into restricted.case_study (
	id, organisation_id, title, summary, areas, focus_areas, subjects, phases, years, tags, participants, outcomes, state,
	created_at
)
values (
	'00000000-0000-7000-8000-0000000000d4', accord.caller_organisation(), 'Demonstration: German for two schools at once',
	'Demonstration, none of this happened. Two classes too small to go on learnt together, one day here, one day there.',
	'{curriculum}', '{languages}', '{17}', '{Secondary}', '{year12,year13}', '{small-courses,demonstration}',
	array[accord.caller_organisation()], jsonb_build_array(jsonb_build_object(
		'description', 'Demonstration: twelve students took the examination.', 'measuredBy', 'independent',
		'evidence', null
	)), 'draft', accord.now()
)
on conflict on constraint case_study_pkey do nothing;

update restricted.case_study
set state = 'published', published_at = accord.now()
where id = '00000000-0000-7000-8000-0000000000d4' and state = 'draft';

-- Camden, Parliament Hill School and University College London: active by word of mouth, and about to sign.
do $$
declare
	partnership constant uuid := '00000000-0000-7000-8000-0000000000d5';
	camden constant uuid := accord.caller_organisation();
	party record;
begin
	if exists (select from restricted.partnership as p where p.id = partnership) then
		return;
	end if;
	perform accord.create_partnership(partnership, jsonb_build_object(
		'title', 'Demonstration: languages after sixteen in Camden',
		'summary', 'Demonstration: these organisations are real, and never agreed this.',
		'type', 'universitySchool', 'form', 'informal', 'visibility', 'public', 'areas', array['teaching', 'curriculum'],
		'focus_areas', array['languages'], 'phases', array['Secondary', '16 plus'], 'subjects', array['17'],
		'years', array['year12', 'year13'], 'coverage', array['E09000007'], 'starts_on', accord.now()::date,
		'ends_on', (accord.now() + interval '3 years')::date, 'aims', array['Keep German alive as an A level.']
	));
	perform accord.invite_member(partnership, accord.organisation_id('urn', '100050'), 'partner');
	perform accord.invite_member(partnership, accord.organisation_id('ukprn', '10007784'), 'delivery');
	perform accord.step_partnership(partnership, 'propose');
	for party in
		values (accord.organisation_id('urn', '100050'), 'A course that six students make viable.', 'Rooms and timetable'),
			(accord.organisation_id('ukprn', '10007784'), 'Students of German from state schools.', 'Postgraduate tutors'),
			(camden, 'No language lost to a borough.', 'Funding and the calendar')
	loop
		perform set_config('accord.caller_organisation', party.column1::text, true);
		if party.column1 <> camden then
			perform accord.step_member(partnership, party.column1, 'accept');
		end if;
		perform accord.change_member(partnership, party.column1, jsonb_build_object(
			'goal', 'Demonstration: ' || party.column2, 'responsibilities', array[party.column3],
			'project_lead', jsonb_build_object(
				'name', 'Demonstration Person', 'title', 'Nobody', 'email', 'nobody@demonstration.example'
			)
		));
	end loop;
	perform accord.step_partnership(partnership, 'activate');
end
$$;

-- What they would sign: a version that waits for all three.
do $$
declare
	partnership constant uuid := '00000000-0000-7000-8000-0000000000d5';
begin
	if exists (select from restricted.agreement as a where a.partnership_id = partnership) then
		return;
	end if;
	perform accord.keep_board(partnership, '00000000-0000-7000-8000-0000000000d6', jsonb_build_object(
		'name', 'Demonstration board', 'terms', 'Demonstration: it meets each term and decides together.',
		'seats', jsonb_build_array(
			jsonb_build_object('organisation', accord.caller_organisation(), 'seniority', 'executive', 'role', 'chair'),
			jsonb_build_object('community', 'students', 'seniority', 'learner')
		)
	));
	perform accord.draft_agreement(partnership, jsonb_build_object('clauses', jsonb_build_array(
		jsonb_build_object(
			'kind', 'aims', 'heading', 'Aims', 'text', 'Demonstration: to keep German alive as an A level.'
		),
		jsonb_build_object(
			'kind', 'activities', 'heading', 'Lessons', 'text', 'Demonstration: four lessons a week, two at each place.',
			'activities', jsonb_build_array(jsonb_build_object(
				'description', 'Shared lessons', 'years', array['year12', 'year13'], 'subjects', array['17']
			))
		)
	)));
	perform accord.step_agreement(partnership, 1, 'open');
end
$$;

commit;
