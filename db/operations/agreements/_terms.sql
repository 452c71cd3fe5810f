-- SPDX-License-Identifier: MIT
-- What the version "a" of the partnership "p" says, once it is opened as its words "w" have it: members of its object.
'title', coalesce(w.words ->> 'title', p.title),
'form', coalesce(w.words ->> 'form', a.form, p.form),
'amends', w.words ->> 'amends',
'clauses', a.clauses,
'text', a.text,
