-- SPDX-License-Identifier: MIT
-- Of the record "r": it has all the words of "q".
(:q::text is null or r.document @@ accord.words_query(:q::text))
