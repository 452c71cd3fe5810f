/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>

void fault_write(struct fault *fault, const char *format, ...)
{
	va_list arguments;

	if (fault->text[0])
		return;
	va_start(arguments, format);
	vsnprintf(fault->text, sizeof(fault->text), format, arguments);
	va_end(arguments);
}
