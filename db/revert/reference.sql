-- SPDX-License-Identifier: MIT
-- Revert accord:reference from pg

begin;

drop function accord.analyze_reference();
drop function accord.restore_indexes();
drop function accord.suspend_indexes(regclass, bigint);
drop table accord.suspended_index;
drop function accord.establishment_sector(text, text);
drop trigger local_authority_schools on reference.local_authority;
drop function reference.local_authority_rewrite_schools();
drop table reference.school;
drop table reference.code;
drop table reference.establishment_type;
drop table reference.establishment_group;
drop table reference.local_authority;
drop table reference.region;
drop function reference.region_rewrite_briefs();
drop function reference.local_authority_write_brief();
drop function accord.search_document(text, text, text);
drop function accord.search_postcode(text);
drop function accord.search_text(text);
drop function accord.lower_text(text);
drop function accord.measure(numeric, text);
drop function accord.measure(integer, text);
drop function accord.symbol_meaning(text);
drop type accord.location;
drop type accord.measured;
drop type accord.counted;
drop extension btree_gin;
comment on schema postgis is 'The PostGIS extension, alone.';

commit;
