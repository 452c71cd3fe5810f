-- SPDX-License-Identifier: MIT
-- Of the record "r": its areas, focus areas and phases are some of those asked for; where it names no focus areas or
-- phases, it is for any.
(:area::text[] is null or r.areas && :area::text[])
and (:focus_area::text[] is null or r.focus_areas = '{}' or r.focus_areas && :focus_area::text[])
and (:phase::text[] is null or r.phases = '{}' or r.phases && :phase::text[])
