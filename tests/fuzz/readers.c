/* SPDX-License-Identifier: MIT */
/*
 * readers - feeds the readers of JSON, SVG and CSV with damaged files: readers COUNT SEED FILE...
 *
 * Each FILE is a good file of the reader that its name ends in, .json, .svg or .csv. A seeded generator
 * makes COUNT inputs of them, half of them of the first FILE, which is small. It cuts out a piece, and
 * then changes bytes, doubles or removes pieces, and puts in words of the formats. A reader may take or
 * refuse an input. `make fuzz` builds with ASan and UBSan, which end the program at the first fault. The
 * file fuzz-input then holds the input, followed by bytes of earlier ones and by its length.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/base/util.h"
#include "harness/data/csv.h"
#include "harness/data/json_read.h"
#include "harness/report/svg.h"

#define PIECE_MAX 600u
#define INPUT_MAX 2048u

static const char *const words[] = {
	"{",      "}",        "[",
	"]",      ",",        ":",
	"\"",     "\\u",      "\\ud800",
	"null",   "1e999",    "-",
	"<g>",    "</g>",     "<svg>",
	"</svg>", "<title>",  "<![CDATA[",
	"<!--",   "-->",      "<?",
	"&#",     "&lt;",     "id=\"a\"",
	"\r\n",   "\"\"",     "\xef\xbb\xbf",
	"\xff",   "\xc0\x80", "<!DOCTYPE",
	"<text>", "=",        "'",
	"/>",     "url(#",    "transform=\"translate(",
};

static bool ends_with(const char *name, const char *end)
{
	const size_t length = strlen(name);

	return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/* ---- inputs ---- */

struct input {
	char bytes[INPUT_MAX];
	size_t length;
};

static void replace(struct input *input, size_t at, size_t removed, const char *added,
		    size_t length)
{
	const size_t rest = input->length - at - removed;

	if (at + length + rest > INPUT_MAX)
		return;
	memmove(input->bytes + at + length, input->bytes + at + removed, rest);
	memmove(input->bytes + at, added, length);
	input->length = at + length + rest;
}

static void mutate(struct input *input, struct random *random)
{
	const size_t at = random_below(random, input->length + 1), left = input->length - at;
	const size_t length = random_below(random, (left < 40 ? left : 40) + 1);
	const char *word = words[random_below(random, ARRAY_SIZE(words))];
	const char byte = (char)random_below(random, 256);
	char piece[40];

	switch (random_below(random, 5)) {
	case 0:
		replace(input, at, length > 0, &byte, 1);
		break;
	case 1:
		replace(input, at, length, "", 0);
		break;
	case 2:
		memcpy(piece, input->bytes + at, length);
		replace(input, random_below(random, input->length + 1), 0, piece, length);
		break;
	default:
		replace(input, at, random_below(random, 2) ? length : 0, word, strlen(word));
	}
}

/* The beginning of SEED or, for the parts that come late, a piece from anywhere. */
static void make(struct input *input, const char *seed, size_t length, struct random *random)
{
	size_t from = random_below(random, 2) ? random_below(random, length) : 0;
	size_t most = length - from < PIECE_MAX ? length - from : PIECE_MAX;

	input->length = random_below(random, 2) ? most : random_below(random, most + 1);
	memcpy(input->bytes, seed + from, input->length);
	for (size_t n = random_below(random, 6); n > 0; n--)
		mutate(input, random);
}

/* ---- readers ---- */

static bool read_json(const struct input *input)
{
	struct json_tree tree;
	struct reason why = {""};

	if (!json_parse(&tree, "fuzz.json", input->bytes, input->length, &why))
		return false;
	(void)json_find_text(&tree, "machine.topology.pus");
	(void)json_find_number(&tree, "clock.cost_ns");
	json_tree_free(&tree);
	return true;
}

static bool read_svg(const struct input *input)
{
	struct svg svg;
	struct reason why = {""};
	FILE *out;

	if (!svg_parse(&svg, "fuzz.svg", input->bytes, input->length, &why))
		return false;
	out = fopen("/dev/null", "we");
	if (out) {
		svg_write(out, &svg, "p", svg.title);
		fclose(out);
	}
	svg_free(&svg);
	return true;
}

/* The reader of CSV wants a file: one without a name, opened again by its descriptor. */
static bool read_csv(const struct input *input)
{
	static int fd = -1;
	static char path[40];
	struct csv_table table;
	struct reason why = {""};
	double number;

	if (fd == -1) {
		fd = (int)must_sys(memfd_create("fuzz.csv", MFD_CLOEXEC));
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must_sys(ftruncate(fd, 0));
	must_sys(pwrite(fd, input->bytes, input->length, 0));
	if (!csv_read(&table, path, NULL, &why))
		return false;
	for (size_t row = 0; row < table.rows; row++)
		for (unsigned column = 0; column < table.columns; column++)
			(void)csv_number(&table, row, column, &number, &why);
	csv_table_free(&table);
	return true;
}

/* ---- the loop ---- */

struct seed {
	char *bytes;
	size_t length;
	bool (*read)(const struct input *input);
};

static struct seed load(const char *path)
{
	struct seed seed = {xcalloc(SVG_BYTES_MAX, 1), 0, read_csv};
	FILE *file = fopen(path, "re");

	if (file) {
		seed.length = fread(seed.bytes, 1, SVG_BYTES_MAX, file);
		fclose(file);
	}
	if (!seed.length)
		die(EXIT_USAGE, "readers: %s: cannot be read", path);
	if (ends_with(path, ".json"))
		seed.read = read_json;
	else if (ends_with(path, ".svg"))
		seed.read = read_svg;
	return seed;
}

/* The last input of each process, kept where a fault leaves it. */
static struct input *last_input(void)
{
	int fd = open("fuzz-input", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct input *input;

	must_sys(fd);
	must_sys(ftruncate(fd, sizeof(*input)));
	input = mmap(NULL, sizeof(*input), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (input == MAP_FAILED)
		die(EXIT_INTERNAL, "readers: mmap");
	close(fd);
	return input;
}

int main(int argc, char **argv)
{
	uint64_t count, start, taken = 0;
	struct random random;

	if (argc < 4 || !parse_u64(argv[1], 1, UINT64_MAX, &count) ||
	    !parse_u64(argv[2], 0, UINT64_MAX, &start))
		die(EXIT_USAGE, "usage: readers COUNT SEED FILE...");
	const size_t seeds = (size_t)argc - 3;
	struct seed *seed = xcalloc(seeds, sizeof(*seed));
	struct input *input = last_input();

	for (size_t i = 0; i < seeds; i++)
		seed[i] = load(argv[i + 3]);
	random_seed(&random, start);
	for (uint64_t n = 0; n < count; n++) {
		const struct seed *chosen = &seed[n % 2 ? 0 : n / 2 % seeds];

		make(input, chosen->bytes, chosen->length, &random);
		taken += chosen->read(input);
	}
	printf("%ju inputs read, %ju taken, no fault\n", (uintmax_t)count, (uintmax_t)taken);
	for (size_t i = 0; i < seeds; i++)
		free(seed[i].bytes);
	free(seed);
	unlink("fuzz-input");
	return 0;
}
