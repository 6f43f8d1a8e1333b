/* SPDX-License-Identifier: MIT */
/* The printed and written verdicts. No text of a file may break out of its cell. */
#include "tests/unit/claims_rows.h"

static char *printed(const struct claim *one, enum claim_format format)
{
	char *text = NULL;
	size_t size;
	struct reason why = {""};
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	const struct claims_view view = {.one = one, .format = format};

	assert_true(claims_print(out, &summary, &view, &why));
	assert_int_equal(fclose(out), 0);
	return text;
}

static void table_says_all(void **state)
{
	(void)state;
	measure(first_condition("C07"), 0.989, 0.967, 1.01)->unit = "ratio";
	char *text = printed(NULL, CLAIM_TABLE);

	for (size_t i = 0; i < claim_count; i++) {
		const struct claim_condition *first = &claim_table[i].conditions[0];

		assert_non_null(strstr(text, claim_table[i].title));
		if (first->missing)
			assert_non_null(strstr(text, first->missing));
	}
	assert_non_null(strstr(text, "C07  holds  "));
	assert_non_null(strstr(text, "0.989 (0.967 to 1.01)"));
	assert_non_null(strstr(text, "measure it: tollgate run --claims=C08"));
	assert_non_null(strstr(text, "1 hold here, 0 do not, 0 are inconclusive, 23 were not"));
	free(text);
	text = printed(claim_find("C10"), CLAIM_TABLE);
	assert_non_null(strstr(text, "gil_together gil27 workers=2 placement=same-core"));
	assert_null(strstr(text, "C07"));
	free(text);
}

static void others_are_told(void **state)
{
	const struct claim *claim = claim_find("C15");

	(void)state;
	measure(&claim->conditions[0], 0, 0, 0);
	measure(&claim->conditions[1], 5.9, 5.3, 6.2);
	char *text = printed(claim, CLAIM_CSV);

	assert_non_null(
		strstr(text, "op_ns over mode none above 1.05: 5.90 (5.30 to 6.20), holds."));
	free(text);
}

/* Texts of the file in a Markdown cell: no new cell, no markup. */
static void markdown_is_escaped(void **state)
{
	const struct claim_condition *condition = first_condition("C07");

	(void)state;
	struct summary_row *row = measure(condition, 1, 0.9, 1.05);

	row->status = "error:a|b<script>`x`[y](z)";
	char *text = printed(claim_find("C07"), CLAIM_MARKDOWN);

	assert_non_null(strstr(text, "error:a\\|b&lt;script&gt;\\`x\\`\\[y\\](z)"));
	free(text);
}

static void file_reads_back(void **state)
{
	const char *base = getenv("TMPDIR");
	char folder[200], path[300];
	struct csv_table table;
	struct reason why = {""};

	(void)state;
	snprintf(folder, sizeof(folder), "%.150s/test_claims.XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/claims.csv", folder);
	measure(first_condition("C07"), 1.5, 1.4, 1.6)->status = "error:\"a,b\"";
	assert_true(claims_write(folder, &summary, &why));
	assert_true(claims_write(folder, &summary, &why)); /* it replaces the old file */
	if (!csv_read(&table, path, CLAIMS_HEADER, &why))
		fail_msg("%s", why.text);
	assert_int_equal(table.rows, 24);
	assert_string_equal(csv_cell(&table, 6, 0), "C07");
	assert_string_equal(csv_cell(&table, 6, 2), "inconclusive");
	assert_string_equal(csv_cell(&table, 6, 3), "1.5");
	assert_non_null(strstr(csv_cell(&table, 6, 8), "error:\"a,b\""));
	assert_string_equal(csv_cell(&table, 5, 2), "not measured");
	assert_string_equal(csv_cell(&table, 5, 3), ""); /* never 0 */
	csv_table_free(&table);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left */
	assert_false(claims_write(folder, &summary, &why));
	assert_non_null(strstr(why.text, "claims.csv"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(table_says_all, start_empty),
		cmocka_unit_test_setup(others_are_told, start_empty),
		cmocka_unit_test_setup(markdown_is_escaped, start_empty),
		cmocka_unit_test_setup(file_reads_back, start_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
