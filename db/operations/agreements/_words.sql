-- SPDX-License-Identifier: MIT
-- What the text of the agreement "a" says, read once, as "w (words)"; null until it is opened: a join.
cross join lateral (select a.text::jsonb as words offset 0) as w
