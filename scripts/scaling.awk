# SPDX-License-Identifier: MIT
# scaling.awk - throughput against workers, by mode: the charts cpu-scaling, io-scaling and gil-scaling.

function chart(    case_name, kind_words, modes, mode, n, m, width, top, i, first)
{
	kind = "scaling"
	if (name == "io-scaling")
		case_name = choose("io_timer", "ops_per_s") ? "io_timer" : "io_pipe"
	else
		case_name = "cpu_int"
	kind_words = name == "io-scaling" ? "I/O-bound" : "CPU-bound"
	if (name == "gil-scaling")
		lab_open_for(case_name, "ops_per_s", "none gil27 gil gil313 free-threaded gil-per-interpreter process")
	if (!choose(case_name, "ops_per_s")) {
		missing("throughput of " kind_words " work", name == "io-scaling" ? "io_timer io_pipe" : case_name)
		return
	}
	modes = modes_with(case_name, "ops_per_s", "")
	if (name == "gil-scaling" && !lab_worth_it(modes)) {
		missing("throughput by GIL", case_name, "--modes base,gils,real")
		return
	}
	n = split(modes, mode, " ")
	width = name == "io-scaling" ? last_width(case_name) : full_width(case_name)
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
		write_line(case_name, mode[m], top, name == "gil-scaling" ? (m - (n + 1) / 2) * 0.007 * last_width(case_name) : 0)
	put_labels(0.066)
	put_modes("modes", modes)
	put_number("bars", name == "gil-scaling")
	if (name == "gil-scaling")
		remark("marks of one count stand side by side")
	put_text("title", name == "gil-scaling" ? lab_title(case_name, width) : title_words(case_name, kind_words, width))
	put_text("subtitle", kind_words " work (" case_name set_words(case_name) \
		 "): operations per second, higher is better; " interval_words(name == "gil-scaling" ? "bar" : "band"))
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
	return name != "io-scaling" && pus && pus < last_width(case_name) ? pus : last_width(case_name)
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

# ASIDE: many lines stand a little apart, that each one's interval can be seen.
function write_line(case_name, mode, top, aside,    w, i, last)
{
	put_block(mode_id(mode))
	for (w = 1; (case_name, w) in widths; w++) {
		i = find(case_name, mode, widths[case_name, w], "ops_per_s")
		if (!i)
			continue
		put_rows(sprintf("%.9g %.9g %.9g %.9g", widths[case_name, w] + aside, value[i, "median"], low(i), high(i)))
		last = i
	}
	label(value[last, "median"] / top, mode_id(mode), with_unit(value[last, "median"], "count"))
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

# The old lock against the new one; without them whatever other lock there is.
function lab_title(case_name, width,    old, new, i, n, list)
{
	if (width == 1)
		return "CPU-bound work was measured with one worker only"
	old = find(case_name, "gil27", width, "speedup")
	new = find(case_name, lab_new, width, "speedup")
	n = split(lab_modes, list, " ")
	for (i = 1; i <= n && !old; i++)
		if (list[i] != lab_new && list[i] !~ /^(none|process)$/)
			old = find(case_name, list[i], width, "speedup")
	if (!old && !new)
		return "CPU-bound work by GIL: speed-up not measured"
	if (!old || !new)
		return width " workers: " share_words(old ? old : new)
	if (speedup_verdict(old) == "unknown" || speedup_verdict(new) == "unknown")
		return "Too few launches to judge: " width " workers, " times(value[old, "median"]) " " under(value[old, "mode"]) \
		       ", " times(value[new, "median"]) " " under(lab_new)
	if (speedup_verdict(old) == "spans" && speedup_verdict(new) == "spans")
		return "No difference seen between 1 and " width " workers " under(value[old, "mode"]) " nor " under(lab_new)
	if (speedup_verdict(old) == "spans")
		return width " workers: " share_words(new) ", no difference seen " under(value[old, "mode"])
	return width " workers: " share_words(old) ", " \
	       (speedup_verdict(new) == "spans" ? "no difference seen " : times(value[new, "median"]) " ") under(lab_new)
}

function share_words(i)
{
	if (speedup_verdict(i) == "unknown")
		return "too few launches to judge"
	return speedup_verdict(i) == "spans" ? "no difference seen from one " under(value[i, "mode"]) : \
	       times(value[i, "median"]) " the work of one " under(value[i, "mode"])
}
