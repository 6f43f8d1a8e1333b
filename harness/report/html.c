/* SPDX-License-Identifier: MIT */
#include "harness/report/html.h"

#include <stdarg.h>
#include <string.h>

#include "harness/base/text.h"

void html_text(FILE *out, const char *text)
{
	text_put(out, text, TEXT_HTML);
}

void html_json_text(FILE *out, const char *text)
{
	putc('"', out);
	while (*text) {
		const char *from = text;
		uint32_t c = text_next(&text);

		if (c < 0x80 && strchr("\t\n<>&\"\\", (int)c))
			fprintf(out, "\\u%04x", (unsigned)c);
		else if (!text_is_shown(c))
			fputs(TEXT_REPLACEMENT, out);
		else
			fwrite(from, 1, (size_t)(text - from), out);
	}
	putc('"', out);
}

/* Write one conversion of html(). AT is the character after its '%'. Returns the text after it. */
static const char *convert(FILE *out, const char *at, va_list *arguments)
{
	if (*at == '%') {
		putc('%', out);
	} else if (*at == 's') {
		html_text(out, va_arg(*arguments, const char *));
	} else if (*at == 'd') {
		fprintf(out, "%d", va_arg(*arguments, int));
	} else if (*at == 'u') {
		fprintf(out, "%u", va_arg(*arguments, unsigned));
	} else if (at[0] == 'z' && at[1] == 'u') {
		fprintf(out, "%zu", va_arg(*arguments, size_t));
		at++;
	} else {
		die(EXIT_INTERNAL, "html: %%%.1s is none of %%s %%d %%u %%zu %%%%", at);
	}
	return at + 1;
}

void html(FILE *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	while (*format) {
		size_t plain = strcspn(format, "%");

		fwrite(format, 1, plain, out);
		format += plain;
		if (*format)
			format = convert(out, format + 1, &arguments);
	}
	va_end(arguments);
}
