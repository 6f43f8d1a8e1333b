# SPDX-License-Identifier: MIT
# scaling.awk - throughput against workers, by mode: the charts cpu-scaling and io-scaling.

function chart(    case_name, kind_words, modes, mode, n, m, width, top, i, first)
{
	kind = "scaling"
	if (name == "cpu-scaling")
		case_name = "cpu_int"
	else
		case_name = choose("io_timer", "ops_per_s") ? "io_timer" : "io_pipe"
	kind_words = name == "cpu-scaling" ? "CPU-bound" : "I/O-bound"
	if (!choose(case_name, "ops_per_s")) {
		missing("throughput of " kind_words " work", name == "cpu-scaling" ? case_name : "io_timer io_pipe")
		return
	}
	modes = modes_with(case_name, "ops_per_s", "")
	n = split(modes, mode, " ")
	width = name == "cpu-scaling" ? full_width(case_name) : last_width(case_name)
	first = find(case_name, "none", 1, "ops_per_s")
	top = first ? value[first, "median"] * ideal_width(case_name) : 0
	for (m = 1; m <= n; m++)
		top = highest(case_name, mode[m], top)
	if (top <= 0) {
		missing("throughput of " kind_words " work", case_name)
		return
	}
	top *= 1.06
	for (m = 1; m <= n; m++)
		write_line(case_name, mode[m], top)
	put_labels(0.066)
	put_list("modes", modes)
	put_text("title", title_words(case_name, kind_words, width))
	put_text("subtitle", kind_words " work (" case_name set_words(case_name) \
		 "): operations per second, higher is better; " interval_words("band"))
	put_number("top", top)
	put_number("last", last_width(case_name))
	put_number("pus", pus)
	put_text("pus_words", plural(pus, "processing unit", "processing units"))
	put_number("ideal_at_one", first ? value[first, "median"] : 0)
	put_number("ideal_width", ideal_width(case_name))
	put_linear_tics("y", top, "count")
	put_width_tics(case_name, 0.04, "width_tics")
	print "eval \"set xtics (\" . width_tics . \")\"" >page
}

# Work that waits may rise beyond the number of processing units; work that computes may not.
function ideal_width(case_name)
{
	return name == "cpu-scaling" && pus && pus < last_width(case_name) ? pus : last_width(case_name)
}

function highest(case_name, mode, top,    w, i)
{
	for (w = 1; (case_name, w) in widths; w++) {
		i = find(case_name, mode, widths[case_name, w], "ops_per_s")
		if (i && high(i) > top)
			top = high(i)
	}
	return top
}

function write_line(case_name, mode, top,    w, i, last)
{
	put_block(mode)
	for (w = 1; (case_name, w) in widths; w++) {
		i = find(case_name, mode, widths[case_name, w], "ops_per_s")
		if (!i)
			continue
		put_rows(sprintf("%d %.9g %.9g %.9g", widths[case_name, w], value[i, "median"], low(i), high(i)))
		last = i
	}
	label(value[last, "median"] / top, mode, with_unit(value[last, "median"], "count"))
}

# What the speed-ups at WIDTH say; a speed-up is claimed only if its interval does not span 1.
function title_words(case_name, kind_words, width,    gil, free, gil_at, free_at, free_words)
{
	gil = find(case_name, "gil", width, "speedup")
	free = find(case_name, "none", width, "speedup")
	gil_at = speedup_verdict(gil)
	free_at = speedup_verdict(free)
	if (width == 1)
		return kind_words " work was measured with one worker only"
	if (gil_at == "unknown" || free_at == "unknown")
		return "Too few launches to judge: " width " workers, " (free ? times(value[free, "median"]) " no lock" : "") \
		       (free && gil ? ", " : "") (gil ? times(value[gil, "median"]) " GIL" : "")
	if (gil_at == "missing" && free_at == "missing")
		return kind_words " work by number of workers: speed-up not measured"
	if (gil_at == "missing")
		return kind_words ": " width " workers " without_lock(free, free_at)
	free_words = free_at == "missing" ? "" : " (no lock: " \
		     (free_at == "spans" ? "no difference seen" : times(value[free, "median"])) ")"
	if (gil_at == "spans" && free_at == "spans")
		return kind_words " work: no difference seen between 1 and " width " workers"
	if (gil_at == "spans" && value[gil, "ci_lo"] >= 0.8 && value[gil, "ci_hi"] <= 1.25)
		return "A GIL makes " width " workers work like one" free_words
	if (gil_at == "spans")
		return "Under a GIL no difference seen between 1 and " width " workers" free_words
	if (gil_at == "below")
		return "Under a GIL " width " workers do " times(value[gil, "median"]) " the work of one" free_words
	return kind_words ": " width " workers do " times(value[gil, "median"]) " the work of one under a GIL" \
	       (free_at == "missing" ? "" : free_at == "spans" ? ", no difference seen without" : \
		", " times(value[free, "median"]) " without")
}

function without_lock(i, at)
{
	if (at == "spans")
		return "without a lock: no difference seen from one"
	return "without a lock do " times(value[i, "median"]) " the work of one"
}
