-- SPDX-License-Identifier: MIT
-- Revert accord:finding from pg

begin;

drop trigger organisation_merged_finding on restricted.organisation;
drop function accord.follow_finding();
drop table published.case_study, published.support_organisation, published.notice;
drop table restricted.case_study, restricted.support_organisation, restricted.notice;
drop table published.partner_pair;
drop function accord.place_notice();
drop function accord.publish_record();
drop function accord.are_tags(text[]);
drop function accord.demand_publication(text, text);
drop function accord.publication_actions(text);
drop function accord.finding_limit(text);
drop function accord.words_query(text);
drop function accord.demand_authorities(text[], text);
drop function accord.demand_organisations(uuid[], text);
drop function accord.demand_each(boolean[], text, text);
drop function accord.demand_terms(jsonb);
delete from reference.code where list in ('PartnershipArea', 'PartnershipFocus', 'YearGroup');
select reference.refresh_code_lists();

commit;
