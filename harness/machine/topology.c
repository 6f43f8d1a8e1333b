/* SPDX-License-Identifier: MIT */
/*
 * hwloc's tree, flattened: a list of PUs in logical order, each with
 * the numbers of the domains it lies in. Facts that shape this file:
 *
 * - hwloc ignores taskset: the tree is restricted to the thread's affinity by hand, with flags 0
 *   (HWLOC_RESTRICT_FLAG_REMOVE_CPULESS aborts in hwloc 2.9.0). Packages and nodes that lost all
 *   their CPUs stay in the tree, so every count is taken over the PUs.
 * - NUMA nodes hang beside the tree: a PU's node is the memory child of its nearest ancestor.
 * - In a tree every domain is a run of neighbours in logical order, so numbering and ranking are
 * one pass that looks at the previous PU.
 */
#include "harness/machine/topology.h"
#include "harness/machine/topology_parts.h"

#ifndef TOLLGATE_HWLOC
#define TOLLGATE_HWLOC 1
#endif

#include <stdlib.h>

void topology_free(struct topology *topology)
{
	if (!topology)
		return;
	free(topology->pus);
	free(topology->synthetic);
	free(topology);
}

const struct pu *topology_find(const struct topology *topology, int os)
{
	for (int i = 0; i < topology->pu_count; i++)
		if (topology->pus[i].os == os)
			return &topology->pus[i];
	return NULL;
}

bool topology_has_hwloc(void)
{
	return TOLLGATE_HWLOC;
}

#if TOLLGATE_HWLOC

#include <ctype.h>
#include <errno.h>
#include <hwloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#if defined(HWLOC_API_VERSION) && HWLOC_API_VERSION < 0x00020500
#error "hwloc 2.5 or newer is needed; build with HWLOC=0 to go without it"
#endif

#define XML_BYTES_MAX (64l << 20)

/* The objects above one PU. NULL where the machine has or tells none. */
struct above {
	hwloc_obj_t core, l2, llc, numa, pkg;
};

/* ---- indexes= of synthetic descriptions ---- */

/* The name of the level whose parentheses hold AT. */
static bool level_type(const char *description, const char *at, hwloc_obj_type_t *type)
{
	char name[48];
	size_t length;

	while (at > description && *at != '(')
		at--;
	length = 0;
	while (at - length > description && !strchr(" [)]", at[-1 - (ptrdiff_t)length]))
		length++;
	if (length >= sizeof(name))
		return false;
	memcpy(name, at - length, length);
	name[length] = '\0';
	return !hwloc_type_sscanf(name, type, NULL, 0);
}

static bool numbered_plainly(hwloc_topology_t tree, hwloc_obj_type_t type)
{
	unsigned expected = 0;

	for (hwloc_obj_t o = NULL; (o = hwloc_get_next_obj_by_type(tree, type, o)); expected++)
		if (o->os_index != expected)
			return false;
	return true;
}

static bool level_honoured(hwloc_topology_t tree, hwloc_obj_type_t type)
{
	return (type != HWLOC_OBJ_PU && type != HWLOC_OBJ_NUMANODE) ||
	       !numbered_plainly(tree, type);
}

/*
 * hwloc takes an indexes= that it does not understand for "number plainly" and reports success. So
 * an indexes= that leaves the numbering plain is refused: it is wrong or superfluous.
 */
static bool indexes_honoured(hwloc_topology_t tree, const char *description, struct reason *why)
{
	const char *at = description;
	hwloc_obj_type_t type;

	while ((at = strstr(at, "indexes="))) {
		if (!level_type(description, at, &type))
			return refuse(why,
				      "synthetic topology: indexes= needs the type of its level "
				      "in front, as in pu:2(indexes=2*8:8*1)");
		if (!level_honoured(tree, type))
			return refuse(why,
				      "synthetic topology: '%.*s' changes nothing: leave it out "
				      "or correct it",
				      (int)strcspn(at, " )]"), at);
		at++;
	}
	return true;
}

/* Indexes used twice make hwloc merge PUs. */
static bool description_honoured(hwloc_topology_t tree, const char *description, struct reason *why)
{
	int found = hwloc_get_nbobjs_by_type(tree, HWLOC_OBJ_PU);
	uint64_t described;

	if (!topology_check_description(description, &described, why))
		return false;
	if (found < 0 || (uint64_t)found != described)
		return refuse(why, "synthetic topology: %d of %d PUs have an index of their own",
			      found, (int)described);
	return indexes_honoured(tree, description, why);
}

/* ---- sources ---- */

static bool source_synthetic(hwloc_topology_t tree, const char *description, struct reason *why)
{
	uint64_t pus;

	if (!topology_check_description(description, &pus, why))
		return false;
	if (hwloc_topology_set_synthetic(tree, description))
		return refuse(
			why,
			"synthetic topology '%.200s': %s; accepted is what hwloc(7) accepts, as "
			"in pack:2 core:4 pu:2",
			description, strerror(errno));
	return true;
}

static bool source_xml(hwloc_topology_t tree, const char *path, struct reason *why)
{
	struct stat info;

	if (stat(path, &info))
		return refuse(why, "xml topology '%.200s': %s", path, strerror(errno));
	if (!S_ISREG(info.st_mode) || info.st_size > XML_BYTES_MAX || !strcmp(path, "-"))
		return refuse(why,
			      "xml topology '%.200s': a file of at most %ld MiB is accepted, as "
			      "written by lstopo FILE.xml",
			      path, XML_BYTES_MAX >> 20);
	if (hwloc_topology_set_xml(tree, path))
		return refuse(why,
			      "xml topology '%.200s': %s; accepted is what lstopo FILE.xml of "
			      "hwloc %d writes",
			      path, strerror(errno), HWLOC_API_VERSION >> 16);
	return true;
}

static bool source_set(hwloc_topology_t tree, const char *spec, struct reason *why)
{
	for (const char *at = spec; *at; at++)
		if (iscntrl((unsigned char)*at)) /* reject characters that a terminal would obey */
			return refuse(why, "a control character; use native, "
					   "synthetic:DESCRIPTION or xml:FILE");
	if (!strncmp(spec, "synthetic:", 10))
		return source_synthetic(tree, spec + 10, why);
	if (!strncmp(spec, "xml:", 4))
		return source_xml(tree, spec + 4, why);
	if (!strcmp(spec, "native"))
		return true;
	return refuse(why, "'%.100s' is no topology; use native, synthetic:DESCRIPTION or xml:FILE",
		      spec);
}

/* hwloc ignores taskset, so keep only the PUs that this thread may run on. */
static bool restrict_to_affinity(hwloc_topology_t tree, struct reason *why)
{
	hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
	bool ok = allowed && !hwloc_get_cpubind(tree, allowed, HWLOC_CPUBIND_THREAD);

	if (ok && !hwloc_bitmap_isincluded(hwloc_topology_get_topology_cpuset(tree), allowed))
		ok = !hwloc_topology_restrict(tree, allowed, 0);
	if (!ok)
		refuse(why,
		       "the topology cannot be restricted to the CPUs this process may use: %s",
		       strerror(errno));
	hwloc_bitmap_free(allowed);
	return ok;
}

/*
 * Only this machine tells which PUs the kernel allows. If "native" is not this machine, a variable
 * that hwloc reads has replaced it.
 */
static bool load_native(hwloc_topology_t tree, struct reason *why)
{
	if (!hwloc_topology_is_thissystem(tree))
		return refuse(why,
			      "the native topology is replaced by HWLOC_SYNTHETIC, HWLOC_XMLFILE "
			      "or HWLOC_FSROOT in the environment; unset them or use "
			      "synthetic:DESCRIPTION or xml:FILE");
	return restrict_to_affinity(tree, why);
}

static bool load_tree(hwloc_topology_t tree, const char *spec, struct reason *why)
{
	bool native = !strcmp(spec, "native");

	/* Without DONT_CHANGE_BINDING hwloc moves this thread over all CPUs to query them. */
	if (!source_set(tree, spec, why))
		return false;
	if (hwloc_topology_set_flags(tree, HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING) ||
	    hwloc_topology_set_io_types_filter(tree, HWLOC_TYPE_FILTER_KEEP_NONE) ||
	    hwloc_topology_set_icache_types_filter(tree, HWLOC_TYPE_FILTER_KEEP_NONE) ||
	    hwloc_topology_load(tree))
		return refuse(why, "hwloc cannot load the topology '%.200s': %s", spec,
			      strerror(errno));
	if (native)
		return load_native(tree, why);
	return strncmp(spec, "synthetic:", 10) || description_honoured(tree, spec + 10, why);
}

/* ---- CPU kinds ---- */

static bool kind_read(hwloc_topology_t tree, unsigned index, struct speed_kind *kind)
{
	struct hwloc_info_s *infos;
	unsigned count;
#if HWLOC_API_VERSION >= 0x00030000
	struct hwloc_infos_s *all;

	if (hwloc_cpukinds_get_info(tree, index, NULL, &kind->efficiency, &all, 0))
		return false;
	infos = all->array;
	count = all->count;
#else
	if (hwloc_cpukinds_get_info(tree, index, NULL, &kind->efficiency, &count, &infos, 0))
		return false;
#endif
	for (unsigned i = 0; i < count; i++)
		speed_kind_take(kind, infos[i].name, infos[i].value);
	return true;
}

/* The kind that hwloc's kind RAW was folded into, the slowest for PUs without a kind. */
static int kind_of(const struct speed_kind *kinds, int count, int raw)
{
	for (int i = 0; i < count; i++)
		if ((int)kinds[i].raw == raw)
			return kinds[i].kind;
	return count ? kinds[count - 1].kind : 0;
}

static struct speed_kind *kinds_read(hwloc_topology_t tree, int *count)
{
	int told = hwloc_cpukinds_get_nr(tree, 0);
	struct speed_kind *kinds = xcalloc(told > 0 ? (size_t)told : 1, sizeof(*kinds));

	*count = 0;
	for (int i = 0; i < told; i++) {
		kinds[*count].raw = (unsigned)i;
		if (kind_read(tree, (unsigned)i, &kinds[*count]))
			++*count;
	}
	speed_kinds_fold(kinds, *count);
	return kinds;
}

/* Renumber the kinds of the allowed PUs as 0, 1, ... with the fastest first. */
static void kinds_number(struct topology *topology, int kind_max)
{
	int *number = xcalloc((size_t)kind_max + 1, sizeof(*number));

	for (int i = 0; i < topology->pu_count; i++)
		number[topology->pus[i].kind] = 1;
	for (int kind = 0; kind <= kind_max; kind++)
		number[kind] = number[kind] ? topology->kind_count++ : -1;
	for (int i = 0; i < topology->pu_count; i++)
		topology->pus[i].kind = number[topology->pus[i].kind];
	free(number);
}

static void kinds_assign(hwloc_topology_t tree, struct topology *topology)
{
	int count;
	struct speed_kind *kinds = kinds_read(tree, &count);
	hwloc_obj_t object = NULL;

	for (int i = 0; i < topology->pu_count; i++) {
		object = hwloc_get_next_obj_by_type(tree, HWLOC_OBJ_PU, object);
		topology->pus[i].kind = kind_of(
			kinds, count, hwloc_cpukinds_get_by_cpuset(tree, object->cpuset, 0));
	}
	kinds_number(topology, count ? kinds[count - 1].kind : 0);
	free(kinds);
}

/* ---- flattening ---- */

static struct above above_pu(hwloc_obj_t pu)
{
	struct above above = {.core = pu};

	for (hwloc_obj_t o = pu; o; o = o->parent) {
		bool cache = hwloc_obj_type_is_dcache(o->type) && o->attr->cache.depth >= 2;

		if (o->type == HWLOC_OBJ_CORE)
			above.core = o;
		if (o->type == HWLOC_OBJ_PACKAGE)
			above.pkg = o;
		if (cache && o->attr->cache.depth == 2)
			above.l2 = o;
		if (cache)
			above.llc = o; /* the last cache found is the last level, L3 or not */
		if (!above.numa && o->memory_arity)
			above.numa = o;
	}
	return above;
}

/* Give PU its numbers and ranks. BEFORE and LAST describe its neighbour in logical order. */
static void place_pu(struct pu *pu, const struct pu *before, const struct above *now,
		     const struct above *last)
{
	bool pkg = now->pkg != last->pkg, numa = now->numa != last->numa;
	bool node = pkg || numa; /* a node may hold packages, a package may hold nodes */
	/* If no caches are known, (package, node) stands in for the last-level cache. */
	bool llc = now->llc != last->llc || (!now->llc && node);
	bool core = now->core != last->core;
	bool l2 = now->l2 != last->l2 || (!now->l2 && core);

	pu->pkg = before->pkg + pkg;
	pu->numa = before->numa + numa;
	pu->llc = before->llc + llc;
	pu->l2 = before->l2 + l2;
	pu->core = before->core + core;
	pu->numa_rank = pkg ? 0 : before->numa_rank + numa;
	pu->llc_rank = node ? 0 : before->llc_rank + llc;
	pu->core_rank = node || llc ? 0 : before->core_rank + core;
	pu->smt_rank = core ? 0 : before->smt_rank + 1;
}

static void flatten(hwloc_topology_t tree, struct topology *topology)
{
	struct above last = {0}, now;
	hwloc_obj_t object = NULL;

	topology->caches_known = true;
	for (int i = 0; i < topology->pu_count; i++) {
		struct pu *pu = &topology->pus[i];

		object = hwloc_get_next_obj_by_type(tree, HWLOC_OBJ_PU, object);
		now = above_pu(object);
		pu->os = (int)object->os_index;
		pu->log = i;
		if (i)
			place_pu(pu, pu - 1, &now, &last);
		topology->caches_known &= now.llc != NULL;
		last = now;
	}
}

static void count_domains(struct topology *topology)
{
	const struct pu *last = &topology->pus[topology->pu_count - 1];

	topology->core_count = last->core + 1;
	topology->llc_count = last->llc + 1;
	topology->numa_count = last->numa + 1;
	topology->pkg_count = last->pkg + 1;
}

static int compare_ints(const void *left, const void *right)
{
	const int *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* A file may contain anything. A seat is an OS index, so each index must name one PU. */
static bool indices_sound(const struct topology *topology, struct reason *why)
{
	int *os = xcalloc((size_t)topology->pu_count, sizeof(*os));
	bool sound = true;

	for (int i = 0; i < topology->pu_count; i++)
		os[i] = topology->pus[i].os;
	qsort(os, (size_t)topology->pu_count, sizeof(*os), compare_ints);
	for (int i = 0; i < topology->pu_count && sound; i++)
		if (os[i] < 0 || os[i] > OS_INDEX_MAX || (i && os[i] == os[i - 1]))
			sound = refuse(why, "the topology's PU number %d is %s", os[i],
				       i && os[i] == os[i - 1] ? "used twice" : "out of range");
	free(os);
	return sound;
}

/* "" for a machine that no such string can describe (uneven, or restricted by taskset). */
static char *export_synthetic(hwloc_topology_t tree)
{
	char *text = xcalloc(1, DESCRIPTION_MAX);
	int length = hwloc_topology_export_synthetic(tree, text, DESCRIPTION_MAX, 0);

	if (length < 0 || length >= DESCRIPTION_MAX - 1)
		text[0] = '\0';
	return text;
}

static struct topology *digest(hwloc_topology_t tree, const char *spec, struct reason *why)
{
	int count = hwloc_get_nbobjs_by_type(tree, HWLOC_OBJ_PU);
	unsigned version = hwloc_get_api_version();
	struct topology *topology;

	if (count < 1 || count > TOPOLOGY_PUS_MAX) {
		refuse(why, "the topology has %d PUs; 1 to %d are accepted", count,
		       TOPOLOGY_PUS_MAX);
		return NULL;
	}
	topology = xcalloc(1, sizeof(*topology));
	topology->pu_count = count;
	topology->pus = xcalloc((size_t)count, sizeof(*topology->pus));
	topology->this_system = !strcmp(spec, "native");
	snprintf(topology->hwloc_version, sizeof(topology->hwloc_version), "%u.%u.%u",
		 version >> 16 & 0xff, version >> 8 & 0xff, version & 0xff);
	flatten(tree, topology);
	count_domains(topology);
	kinds_assign(tree, topology);
	topology->synthetic = export_synthetic(tree);
	if (indices_sound(topology, why))
		return topology;
	topology_free(topology);
	return NULL;
}

struct topology *topology_load(const char *spec, struct reason *why)
{
	struct topology *topology = NULL;
	hwloc_topology_t tree;

	if (!spec)
		spec = "native";
	if (hwloc_get_api_version() >> 16 != HWLOC_API_VERSION >> 16)
		die(EXIT_INTERNAL, "built for hwloc %d, but hwloc %u is installed; build again",
		    HWLOC_API_VERSION >> 16, hwloc_get_api_version() >> 16);
	if (hwloc_topology_init(&tree))
		die(EXIT_INTERNAL, "hwloc cannot be initialised: %s", strerror(errno));
	if (load_tree(tree, spec, why))
		topology = digest(tree, spec, why);
	hwloc_topology_destroy(tree);
	return topology;
}

#endif
