/* SPDX-License-Identifier: MIT */
/* The facts about a machine, and the key of a row, in the form of history.csv. */
#include "harness/history/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/data/json_read.h"

/* A text of run.json as a cell: printable ASCII without comma and quote, of bounded length. */
static void take_fact(char *to, size_t size, const char *from)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++)
		to[n++] = (char)(*from < ' ' || *from > '~' || *from == ',' || *from == '"'
					 ? ' '
					 : *from);
	to[n] = '\0';
}

static const char *host_kind(const char *hypervisor)
{
	if (strcmp(hypervisor, "yes") == 0)
		return "vm";
	return strcmp(hypervisor, "no") == 0 ? "metal" : "machine";
}

static void take_host_class(struct history_machine *machine, const struct json_tree *tree)
{
	char *name = xasprintf("%s-%s-%s", host_kind(json_find_text(tree, "machine.hypervisor")),
			       json_find_text(tree, "machine.machine"),
			       json_find_text(tree, "machine.topology.pus"));

	take_fact(machine->host_class, sizeof(machine->host_class), name);
	free(name);
}

bool history_machine_read(struct history_machine *machine, const char *run_dir, struct reason *why)
{
	char *path = xasprintf("%s/run.json", run_dir);
	struct json_tree tree;
	bool good = true;

	*machine = (struct history_machine){.cpu_model = ""};
	if (access(path, F_OK) == 0 || errno != ENOENT) {
		good = json_read(&tree, path, why);
		if (good) {
			take_fact(machine->cpu_model, sizeof(machine->cpu_model),
				  json_find_text(&tree, "machine.cpu_model"));
			take_host_class(machine, &tree);
			json_tree_free(&tree);
		}
	}
	free(path);
	return good;
}

char *history_key(const struct summary_row *row)
{
	return xasprintf("%s,%s,%ju,%s,%s,%s", row->case_name, row->mode, (uintmax_t)row->workers,
			 row->placement, row->param, row->metric);
}
