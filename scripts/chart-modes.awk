# SPDX-License-Identifier: MIT
# chart-modes.awk - the modes of the deck: which of them a chart shows, in which order, under which
# name, and by which name gnuplot knows them. Their colours and shapes stand in style.gp alone.
#
# A page of the GIL laboratory or of the locks sets lab_modes; all others show the four modes of the deck.

BEGIN {
	styled = " none mutex gil process gil27 gil313 gil-prio gil-io-hold gil32-noforce gil-per-interpreter free-threaded "
	words_of["none"] = "no lock"
	words_of["mutex"] = "one mutex"
	words_of["gil"] = words_of["gil32"] = "emulated GIL"
	words_of["process"] = "processes"
}

# Further modes of a run are named in the caption.
function mode_list()
{
	return lab_modes == "" ? "none mutex gil process" : lab_modes
}

function mode_words(mode)
{
	return mode in words_of ? words_of[mode] : mode ~ /^cpython-/ ? "CPython " clean(substr(mode, 9), 12) : mode
}

# A mode's name in gnuplot, whose variables know no hyphen: C_ID is its colour. "" if it has none.
function mode_id(mode)
{
	if (mode ~ /^cpython-/)
		return real_id(substr(mode, 9))
	if (mode == "gil32")
		return "gil"
	if (mode in lock_look)
		return lock_look[mode]
	if (!index(styled, " " mode " "))
		return ""
	gsub(/-/, "_", mode)
	return mode
}

# Real interpreters look alike if their locks do: 2.7 to 3.1, 3.2 to 3.12, from 3.13 on, and no lock.
function real_id(version,    part)
{
	if (version !~ /^[23]\.[0-9]+(\.[0-9]+)*t?(\.[0-9]+)?$/)
		return ""
	if (version ~ /t/)
		return "real_free"
	split(version, part, ".")
	return part[1] == 2 || part[2] < 2 ? "real27" : part[2] < 13 ? "real32" : "real313"
}

# --- the GIL laboratory -------------------------------------------------------------------------

# Tell the laboratory of a mode that the run has: of each kind of real lock the newest is shown.
function lab_note(mode,    id)
{
	lab_has[mode] = 1
	id = mode ~ /^cpython-/ ? mode_id(mode) : ""
	if (id != "" && (!(id in lab_newest) || newer(mode, lab_newest[id])))
		lab_newest[id] = mode
}

function newer(a, b,    x, y, i)
{
	split(substr(a, 9), x, ".")
	split(substr(b, 9), y, ".")
	for (i = 1; i <= 4; i++)
		if (x[i] + 0 != y[i] + 0)
			return x[i] + 0 > y[i] + 0
	return 0
}

# From now on this page shows POLICIES, and of the real locks those that the run has: after them, or where
# POLICIES names their kinds.
function lab_open(policies,    list, n, i)
{
	words_of["gil"] = words_of["gil32"] = "GIL of 3.2"
	words_of["gil27"] = "GIL of 2.7"
	words_of["gil313"] = "GIL of 3.13"
	words_of["gil-prio"] = "3.2, I/O first"
	words_of["gil32-noforce"] = "3.2, unforced"
	words_of["gil-per-interpreter"] = "a GIL each"
	lab_new = !("gil" in lab_has) && "gil32" in lab_has ? "gil32" : "gil"
	n = split(policies (policies ~ /real/ ? "" : " real27 real32 real313 real_free"), list, " ")
	lab_modes = ""
	for (i = 1; i <= n; i++) {
		if (list[i] ~ /^real/ && !(list[i] in lab_newest))
			continue
		lab_modes = lab_modes (i > 1 ? " " : "") \
			    (list[i] ~ /^real/ ? lab_newest[list[i]] : list[i] == "gil" ? lab_new : list[i])
	}
}

# The same, with the modes that summary.csv has of METRIC of CASE.
function lab_open_for(case_name, metric, policies,    i)
{
	for (i = 1; i <= rows; i++)
		if (value[i, "case"] == case_name && value[i, "metric"] == metric && usable(i))
			lab_note(value[i, "mode"])
	lab_open(policies)
}

# Is there more among MODES than the other charts of the deck show?
function lab_worth_it(modes,    list, n, i)
{
	n = split(modes, list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] !~ /^(none|mutex|gil|gil32|process)$/)
			return 1
	return 0
}

# "under the GIL of 3.2", "under CPython 3.11.2", "without a lock".
function under(mode)
{
	return mode == "none" ? "without a lock" : mode == "mutex" ? "under one mutex" : mode == "process" ? "in processes" : \
	       mode == "gil-per-interpreter" ? "with a GIL each" : \
	       mode == "free-threaded" ? "in free threads" : \
	       "under " (mode ~ /^cpython/ ? "" : "the ") mode_words(mode)
}

# The switch interval of a parameter set: a parameter, else the run's, else the default.
function interval_ns(param)
{
	if (match(param, /(^|;)interval_us=[0-9]+/)) {
		param = substr(param, RSTART, RLENGTH)
		sub(/^.*=/, "", param)
		return param * 1000
	}
	return fact["gil_interval_ns"] ~ /^[0-9]+$/ ? fact["gil_interval_ns"] + 0 : 5000000
}

# --- the locks ----------------------------------------------------------------------------------

# There are far more kinds of locks than lines that can be told apart, so a page shows no lock, the plain
# mutex, and of each family the first kind that has METRIC of CASE. The figures behind it hold all kinds.
function lock_open(case_name, metric,    family, list, n, m, i, f, has)
{
	family[1] = "none"
	family[2] = "mutex"
	family[3] = "adaptive futex semaphore errorcheck recursive robust"
	family[4] = "pymutex pymutex-nospin pylock-sem pylock-cond"
	family[5] = "pthread-spin ttas tas ck-fas ck-cas ck-dec"
	family[6] = "ticket ck-ticket ck-ticket-pb"
	family[7] = "ck-mcs ck-clh ck-anderson"
	family[8] = "process mutex-pshared futex-process semaphore-process"
	split("none mutex lock_sleep lock_python lock_spin lock_ticket lock_queue process", look, " ")
	for (i = 1; i <= rows; i++)
		if (value[i, "case"] == case_name && value[i, "metric"] == metric && usable(i))
			has[value[i, "mode"]] = 1
	lab_modes = ""
	for (f = 1; f <= 8; f++) {
		n = split(family[f], list, " ")
		for (m = 1; m <= n; m++)
			if (list[m] in has) {
				lock_look[list[m]] = look[f]
				lab_modes = lab_modes (lab_modes == "" ? "" : " ") list[m]
				break
			}
	}
	return lab_modes
}

# All kinds that have METRIC of the chosen set of CASE, for the figures behind the page.
function lock_use_all(case_name, metric,    i)
{
	for (i = 1; i <= rows; i++)
		if (value[i, "case"] == case_name && value[i, "metric"] == metric && usable(i) &&
		    value[i, "param"] == chosen[case_name, "param"] && value[i, "placement"] == chosen[case_name, "placement"])
			use(i)
}

# The lock other than the mutex whose METRIC at WORKERS lies farthest in the better direction ("low" or
# "high") and its interval apart from the mutex's; "" if there is none, "unknown" without intervals.
function lock_apart(case_name, metric, workers, direction,    mutex, list, n, m, i, best, judged)
{
	mutex = find(case_name, "mutex", workers, metric)
	n = split(lab_modes, list, " ")
	for (m = 1; mutex && m <= n; m++) {
		if (list[m] ~ /^(none|mutex|process)$/)
			continue
		i = find(case_name, list[m], workers, metric)
		if (!i || value[i, "ci_lo"] == "" || value[mutex, "ci_lo"] == "")
			continue
		judged = 1
		if (direction == "low" ? high(i) >= low(mutex) : low(i) <= high(mutex))
			continue
		if (!best || (direction == "low" ? value[i, "median"] + 0 < value[best, "median"] + 0 : \
			      value[i, "median"] + 0 > value[best, "median"] + 0))
			best = i
	}
	return best ? value[best, "mode"] : judged ? "" : "unknown"
}

# --- handing over -------------------------------------------------------------------------------

# The names that gnuplot knows MODES by, and on a page of the laboratory how it is to call them.
function put_modes(variable, modes,    list, ids, n, i)
{
	n = split(modes, list, " ")
	for (i = 1; i <= n; i++) {
		ids = ids (i > 1 ? " " : "") mode_id(list[i])
		if (lab_modes != "")
			put_text("T_" mode_id(list[i]), mode_words(list[i]))
	}
	put_list(variable, ids)
}
