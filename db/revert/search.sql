-- SPDX-License-Identifier: MIT
-- Revert accord:search from pg

begin;

drop function accord.search_plan(text, regclass, boolean);
drop function accord.search_share(tsquery, regclass, real);
drop type accord.search_plan;
drop function accord.search_alternatives(text, boolean, boolean);
drop function accord.search_correct(text, boolean);
drop function accord.search_words(text);

drop extension fuzzystrmatch;
comment on schema postgis is 'The extensions PostGIS, btree_gin and pg_trgm, alone.';

commit;
