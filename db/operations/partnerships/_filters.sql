-- SPDX-License-Identifier: MIT
-- What both lists of partnerships "p" are narrowed by.
(:type::text is null or p.type = :type)
and (:area::text is null or p.areas @> array[:area])
and (:focus_area::text is null or p.focus_areas @> array[:focus_area])
and (:title::text is null or position(lower(:title) in p.sort_title) > 0)
