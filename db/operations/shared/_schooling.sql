-- SPDX-License-Identifier: MIT
-- Of the record "r": its subjects and years are some of those asked for, or it names none and is for any.
(:subject::text[] is null or r.subjects = '{}' or r.subjects && :subject::text[])
and (:year::text[] is null or r.years = '{}' or r.years && :year::text[])
