-- SPDX-License-Identifier: MIT
-- What both lists of partnerships "p" are narrowed by.
(:type::text is null or p.type = :type)
and (:area::text is null or p.areas @> array[:area])
and (:focus_area::text is null or p.focus_areas @> array[:focus_area])
and (:phase::text is null or p.phases @> array[:phase])
and (:year::text is null or p.years @> array[:year])
and (:subject::text is null or p.subjects @> array[:subject])
and (:coverage::text is null or p.coverage @> array[:coverage])
and (:title::text is null or position(lower(:title) in p.sort_title) > 0)
