-- SPDX-License-Identifier: MIT
-- What a search answers, from its plan "a" and what it has "looked" at: the thousand entries with the shortest names by
-- how well they fit, and whether that is not all. Relevance, the less the better: 0 the identifier; 1000 the name;
-- 2000 and 3000 names that begin so, with whole words or half a word; 4000 names that go on so; 5000 names with all
-- words as typed; 6000 town and postcode too; 7000 and 8000 the same with words completed or corrected; plus the length
-- of the name.
select jsonb_object_agg(ranked.key, ranked.relevance order by ranked.source desc) as found,
	(
		select count(*) filter (where looked.source > 1 and looked.fits) > 1000
			or coalesce(count(*) filter (where looked.source = 2) > max(a.most), false)
			or coalesce(count(*) filter (where looked.source = 4) > max(a.most), false)
			or coalesce(bool_or(a.partial), false)
		from a
		left join looked on true
	) as truncated,
	(select query from a) as query
from (
	select c.key, c.source, case
			when c.source = 0 then 0
			when p.plain = a.text then 1
			when c.others is not null and a.text = any(array(
				select btrim(accord.search_text(other)) from unnest(string_to_array(c.others, '; ')) other
			)) then 1
			when starts_with(p.plain, a.text || ' ') then 2
			when starts_with(p.plain, a.text) then 3
			when strpos(p.plain, ' ' || a.text) > 0 then 4
			when string_to_array(p.plain, ' ') @> a.words then 5
			when c.whole then 6
			when array_to_tsvector(array_remove(string_to_array(p.plain, ' '), '')) @@ a.query then 7
			else 8
		end * 1000 + least(length(p.plain), 999) as relevance
	from (
		select looked.key, looked.name, looked.others, looked.source, looked.whole
		from looked
		where looked.fits
		order by octet_length(looked.name) + case when looked.source > 1 then 1000 else 0 end, looked.key
		limit 1000
	) c
	cross join lateral (select btrim(accord.search_text(c.name)) as plain offset 0) p
	cross join a
) ranked
