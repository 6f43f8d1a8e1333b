/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/report/svg.h"

#define OPEN "<svg width=\"1280\" height=\"720\" viewBox=\"0 0 1280 720\">"

static char *written(const struct svg *svg)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	svg_write(out, svg, "p", "the \"label\"");
	assert_int_equal(fclose(out), 0);
	return text;
}

static void accept(struct svg *svg, const char *text)
{
	struct reason why = {""};

	if (!svg_parse(svg, "x.svg", text, strlen(text), &why))
		fail_msg("%s", why.text);
}

/* The picture is refused, and the reason says WHAT. */
static void refused(const char *text, const char *what)
{
	struct svg svg;
	struct reason why = {""};

	if (svg_parse(&svg, "x.svg", text, strlen(text), &why))
		fail_msg("accepted: %s", text);
	if (!strstr(why.text, what))
		fail_msg("'%s' is not in '%s'", what, why.text);
	assert_memory_equal(why.text, "x.svg:", 6);
}

static void comes_out_as(const char *inside, const char *expected)
{
	char text[2000];
	struct svg svg;

	snprintf(text, sizeof(text), OPEN "%s</svg>", inside);
	accept(&svg, text);
	char *out = written(&svg), *start = strchr(out, '>') + 1, *end = strstr(out, "</svg>");

	*end = '\0';
	assert_string_equal(start, expected);
	free(out);
	svg_free(&svg);
}

static void ids_get_a_prefix(void **state)
{
	(void)state;
	comes_out_as("<defs><path id='a' d='M0,0'/><path id='b' d='M1,1'/></defs>"
		     "<use xlink:href='#a' fill='url(#g)'/>",
		     "<defs><path id=\"p-a\" d=\"M0,0\"/></defs>"
		     "<use href=\"#p-a\" fill=\"url(#p-g)\"/>");
}

static void colours_become_hexadecimal(void **state)
{
	(void)state;
	comes_out_as("<path fill = 'rgb(  0, 158, 115)' stroke='rgb(1,2)' d='M0'/>",
		     "<path fill=\"#009e73\" stroke=\"rgb(1,2)\" d=\"M0\"/>");
}

static void useless_things_are_dropped(void **state)
{
	(void)state;
	comes_out_as("<!-- a comment --><g stroke='none'>\n</g><title>Gnuplot</title>"
		     "<filter id='f'><feFlood result='x'/></filter>"
		     "<rect style='x' class='y' font-family='z' data-q='1' x='1'/>",
		     "<rect x=\"1\"/>");
}

static void texts_are_escaped_again(void **state)
{
	(void)state;
	comes_out_as("<text x='1'>a&lt;b&gt; &amp; &quot;&apos; &#181;&#xB5; &#60;i></text>",
		     "<text x=\"1\">a&lt;b&gt; &amp; &quot;&#39; µµ &lt;i&gt;</text>");
	comes_out_as("<g id='A' transform='&lt;&quot;'><path d='M'/></g>",
		     "<g id=\"p-A\" transform=\"&lt;&quot;\"><path d=\"M\"/></g>\n");
}

static void groups_without_effect_are_dropped(void **state)
{
	(void)state;
	comes_out_as("<g><path d='M1'/></g><g opacity='1'><path d='M2'/></g>",
		     "<path d=\"M1\"/><g opacity=\"1\"><path d=\"M2\"/></g>\n");
	comes_out_as("<text x='1'><tspan>a</tspan><tspan font-size='2'>b</tspan></text>",
		     "<text x=\"1\">a<tspan font-size=\"2\">b</tspan></text>");
}

static void the_label_is_escaped(void **state)
{
	struct svg svg;

	(void)state;
	accept(&svg, "<?xml version=\"1.0\"?>\n" OPEN "</svg>\n");
	char *out = written(&svg);

	assert_string_equal(out, "<svg role=\"img\" viewBox=\"0 0 1280 720\" "
				 "aria-label=\"the &quot;label&quot;\"></svg>\n");
	free(out);
	svg_free(&svg);
}

static void hostile_elements_are_refused(void **state)
{
	(void)state;
	refused(OPEN "<script>alert(1)</script></svg>", "element that no chart needs: 'script'");
	refused(OPEN "\n\n<g><SCRIPT/></g></svg>", "x.svg:3:4: an element");
	refused(OPEN "<foreignObject/></svg>", "'foreignObject'");
	refused(OPEN "<style>*{}</style></svg>", "'style'");
	refused(OPEN "<a xlink:href='#x'/></svg>", "'a'");
	refused(OPEN "<animate/></svg>", "'animate'");
	refused(OPEN "<set/></svg>", "'set'");
	refused(OPEN "<iframe/></svg>", "'iframe'");
	refused(OPEN "<img src='x'/></svg>", "'img'");
	refused(OPEN "<p>x</p></svg>", "'p'");
	refused(OPEN "<svg:script/></svg>", "'svg:script'");
	refused(OPEN "<title><b>x</b></title></svg>", "'b'");
	refused(OPEN "<svg></svg></svg>", "not one <svg>");
}

static void hostile_attributes_are_refused(void **state)
{
	(void)state;
	refused(OPEN "<g onload='x()'/></svg>", "a handler of events: 'onload'");
	refused(OPEN "<g ONCLICK='x()'/></svg>", "a handler of events: 'ONCLICK'");
	refused("<svg onload='x' viewBox='0 0 1 1'></svg>", "handler");
	refused(OPEN "<use xlink:href='http://example.org/x'/></svg>", "outside");
	refused(OPEN "<use href='javascript:x'/></svg>", "outside");
	refused(OPEN "<use href='other.svg#a'/></svg>", "outside");
	refused(OPEN "<use href='&#104;ttp://x'/></svg>", "outside");
	refused(OPEN "<image href='data:image/svg+xml;base64,AA'/></svg>", "outside");
	refused(OPEN "<image href='data:image/png;base64,\"&gt;'/></svg>", "outside");
	refused(OPEN "<g fill='url(http://example.org)'/></svg>", "outside");
	refused(OPEN "<g fill='red url(#a)'/></svg>", "outside");
	refused(OPEN "<g fill='url(#a\"b)'/></svg>", "outside");
	refused(OPEN "<g id='a b'/></svg>", "an id that is none");
	refused(OPEN "<g d='a\x01'/></svg>", "x.svg:1:62: not well-formed");
	refused(OPEN "<g fill=red/></svg>", "not well-formed");
	refused(OPEN "<g fill='<'/></svg>", "not well-formed");
	refused(OPEN "<g fill/></svg>", "not well-formed");
	refused(OPEN "<g =\"x\"/></svg>", "not well-formed");
}

static void broken_files_are_refused(void **state)
{
	char deep[600] = OPEN;

	(void)state;
	refused("", "no element found");
	refused("plain", "syntax error");
	refused(OPEN, "x.svg:1:55: no element found");
	refused(OPEN "<g>", "no element found");
	refused(OPEN "<g", "unclosed token");
	refused(OPEN "<g a='1", "unclosed token");
	refused(OPEN "</g></svg>", "mismatched tag");
	refused("</svg>", "not well-formed");
	refused(OPEN "</svg", "unclosed token");
	refused(OPEN "</svg>" OPEN "</svg>", "junk after document element");
	refused(OPEN "words</svg>", "words outside");
	refused(OPEN "<text>&nbsp;</text></svg>", "entity");
	refused(OPEN "<text>&#0;</text></svg>", "invalid character number");
	refused(OPEN "<text>&#x110000;</text></svg>", "invalid character number");
	refused(OPEN "<text>&#12</text></svg>", "not well-formed");
	refused(OPEN "<text>&</text></svg>", "not well-formed");
	refused(OPEN "<![CDATA[x]]></svg>", "declaration");
	refused("<!DOCTYPE svg [<!ENTITY a 'b'>]>" OPEN "</svg>", "declaration");
	refused("<!DOCTYPE svg>" OPEN "</svg>",
		"x.svg:1:14: a declaration that no chart needs: DOCTYPE");
	refused(OPEN "<g id='a' id='b'/></svg>", "duplicate attribute");
	refused(OPEN "<text>\xff</text></svg>", "not well-formed");
	refused(OPEN "<text>\xc0\xaf</text></svg>", "not well-formed");
	refused("<?xml version='1.0' encoding='latin1'?>" OPEN "<text>\xe9</text></svg>",
		"not well-formed");
	refused(OPEN "<?php x ?></svg>", "instruction that no chart needs: 'php'");
	refused(OPEN "<!-- x</svg>", "unclosed token");
	refused("<svg></svg>", "no viewBox");
	refused("<svg viewBox='0 0 nan 1'></svg>", "no viewBox");
	refused("<svg viewBox='0 0 1e9 1'></svg>", "no viewBox");
	refused("<svg viewBox='5 0 10 10'></svg>", "no viewBox");
	for (int i = 0; i < 40; i++)
		strcat(deep, "<g>");
	refused(deep, "nested too deeply");
}

#define LABEL(x, y, words) \
	"<g transform='translate(" x "," y ")'><text><tspan>" words "</tspan></text></g>"

static void words_of_the_frame_become_text(void **state)
{
	struct svg svg;

	(void)state;
	accept(&svg,
	       OPEN LABEL("35.84", "59.00", "The &lt;finding&gt;") LABEL("35.84", "102.2", "what")
		       LABEL("35.84", "686.8", "machine") LABEL("35.84", "706.9", "run")
			       LABEL("249.6", "168", "axis") "</svg>");
	assert_string_equal(svg.title, "The <finding>");
	assert_string_equal(svg.subtitle, "what");
	assert_string_equal(svg.captions[0], "machine");
	assert_string_equal(svg.captions[1], "run");
	assert_null(svg.captions[2]);
	char *out = written(&svg);

	assert_null(strstr(out, "finding"));
	assert_null(strstr(out, "machine"));
	assert_non_null(strstr(out, "axis"));
	assert_non_null(strstr(out, "viewBox=\"0 109 1280 567\""));
	free(out);
	svg_free(&svg);
}

static void without_the_frame_all_is_shown(void **state)
{
	struct svg svg;

	(void)state;
	accept(&svg, OPEN LABEL("600", "59", "somewhere") "</svg>");
	assert_string_equal(svg.title, "");
	char *out = written(&svg);

	assert_non_null(strstr(out, "somewhere"));
	assert_non_null(strstr(out, "viewBox=\"0 0 1280 720\""));
	free(out);
	svg_free(&svg);
}

static void titles_of_marks_are_kept(void **state)
{
	(void)state;
	comes_out_as("<g id='a'><title>name of a plot</title><g><title>5 &lt; 6</title>\n"
		     "<use href='#b'/></g></g><g><title/><use href='#b'/></g>",
		     "<g id=\"p-a\"><g class=\"point\"><title>5 &lt; 6</title>"
		     "<use href=\"#p-b\"/></g>\n</g>\n<g class=\"point\"><title/>"
		     "<use href=\"#p-b\"/></g>\n");
}

/* expat hands over a text in pieces, at each reference and each end of a line. */
static void a_text_in_pieces_is_one_text(void **state)
{
	(void)state;
	comes_out_as("<text>a&amp;b\r\n\n&lt;&#xb5;<!-- x -->c\n\n\n\n</text>",
		     "<text>a&amp;b\n\n&lt;\302\265c\n\n\n\n</text>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_get_a_prefix),
		cmocka_unit_test(colours_become_hexadecimal),
		cmocka_unit_test(useless_things_are_dropped),
		cmocka_unit_test(texts_are_escaped_again),
		cmocka_unit_test(groups_without_effect_are_dropped),
		cmocka_unit_test(the_label_is_escaped),
		cmocka_unit_test(hostile_elements_are_refused),
		cmocka_unit_test(hostile_attributes_are_refused),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(words_of_the_frame_become_text),
		cmocka_unit_test(without_the_frame_all_is_shown),
		cmocka_unit_test(titles_of_marks_are_kept),
		cmocka_unit_test(a_text_in_pieces_is_one_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
