/* SPDX-License-Identifier: MIT */
/* HTML from logic-less templates: the one door through which a page leaves, and it escapes. */
#pragma once

#include "../buffer.h"

/*
 * Writes a template with its data. What a template may say:
 *
 *   {{name}}            the member as text, escaped; nothing when it is absent, null or a boolean
 *   {{~name}}           the same in words: codes by the names that "codes" of the page's data has
 * for them, times as people write them
 *   {{#name}}…{{/name}} once for each element of an array (which becomes the data of the part),
 * once for an object, once for any other value that is not false, null or ""
 *   {{^name}}…{{/name}} once when the part above would be written not at all
 *   {{>name}}           another template, with the same data
 *   {{.}}               the element itself
 *
 * A name is looked for in the innermost data first. There is no way to write text unescaped, and
 * attributes are always quoted in templates, so nothing in the data can become markup. 0; -EINVAL
 * when the template is malformed, nested too deeply or names one that is not there; the buffer's
 * failure.
 */
int render_text(const char *template_text, const json_t *data, struct buffer *out) MUST_CHECK;
/* The same with a template of the program, such as "problem.html". */
int render_template(const char *name, const json_t *data, struct buffer *out) MUST_CHECK;
/* Whether the program has a template of this name. */
bool render_has(const char *name);
