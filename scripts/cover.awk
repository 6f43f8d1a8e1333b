# SPDX-License-Identifier: MIT
# cover.awk - the first page of the slides: the machine, the run, and what may disturb its figures.

function chart()
{
	kind = "cover"
	put_text("title", "What a lock, a GIL and a message cost on " clean(fact["cpu_model"] == "" ? "this machine" : fact["cpu_model"], 60))
	put_text("subtitle", clean(fact["run_id"], 60) ": " plural(summary_lines, "figure", "figures") \
		 ", profile " clean(fact["profile"] == "" ? "unknown" : fact["profile"], 20) \
		 (fact["elapsed_s"] + 0 > 0 ? ", measured in " with_unit(fact["elapsed_s"] * 1e9, "ns") : "") \
		 (fact["state"] == "" || fact["state"] == "complete" ? "" : ", " clean(fact["state"], 20)))
	row("processor", fact["cpu_model"] == "" ? "unknown" : fact["cpu_model"])
	row("topology", topology_words())
	row("memory", fact["memory_total"] + 0 > 0 ? digits(fact["memory_total"] / 976562.5) " GB" : "")
	row("system", fact["os_name"] (fact["kernel_release"] == "" ? "" : ", kernel " fact["kernel_release"]))
	row("clock", fact["governor"] == "" ? "" : "governor " fact["governor"] (fact["turbo"] == "" ? "" : ", turbo " fact["turbo"]))
	row("build", fact["compiler"] (fact["git"] == "" ? "" : ", commit " fact["git"]))
	put_number("rows", facts)
	write_warnings(8 - facts + 3)
}

function row(what, words,    lines, n)
{
	if (words == "")
		return
	facts++
	put_text("name_" facts, what)
	n = wrap(clean(words, 200), 78, 1, lines)
	put_lines("value_" facts, lines, n)
}

function topology_words(    words)
{
	words = pus ? plural(pus, "processing unit", "processing units") : ""
	if (fact["cores"] + 0 > 0)
		words = words ", " plural(fact["cores"] + 0, "core", "cores")
	if (fact["packages"] + 0 > 0)
		words = words ", " plural(fact["packages"] + 0, "package", "packages")
	return words (fact["hypervisor"] == "yes" ? ", virtual machine" : "")
}

# At most PLACES lines of warnings, and how many there are beyond.
function write_warnings(places,    i, k, n, lines, used, all)
{
	put_text("warnings_head", warnings == 0 ? "Nothing was found that disturbs measurements" : \
		 plural(warnings, "thing", "things") " may disturb these figures:")
	for (i = 1; i <= warnings; i++) {
		n = wrap(clean(warning[i], 240), 92, 2, lines)
		if (used + n > places - (i < warnings)) {
			put_text("line_" (++used), "and " (warnings - i + 1) " more: tollgate doctor")
			put_number("mark_" used, 0)
			break
		}
		for (k = 1; k <= n; k++) {
			put_text("line_" (++used), lines[k])
			put_number("mark_" used, k == 1)
		}
	}
	put_number("warning_lines", used + 0)
}
