-- SPDX-License-Identifier: MIT
-- What the version "a" of the partnership "p" says, once it is opened as its text has it: members of its object.
'title', coalesce(a.text::jsonb ->> 'title', p.title),
'form', coalesce(a.text::jsonb ->> 'form', a.form, p.form),
'amends', a.text::jsonb ->> 'amends',
'clauses', a.clauses,
'text', a.text,
