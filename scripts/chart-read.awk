# SPDX-License-Identifier: MIT
# chart-read.awk - a run folder in memory: summary.csv, percentiles.csv and the facts of run.json.
#
# POSIX awk, run under LC_ALL=C so that every awk works on bytes. All input is hostile: what is not of
# the expected form ends the program with exit 64 and the file, line and column. No statistics here:
# every figure that a chart shows stands in a file.

function fail(code, message)
{
	print "charts: " message >"/dev/stderr"
	exit_code = code
	exit code
}

function bad(name, message)
{
	fail(64, name ":" line_number ": " message)
}

# --- CSV (RFC 4180) -----------------------------------------------------------------------------

# The next record of NAME into CELLS[1..n]; n, or 0 at the end of the file.
function csv_next(name, cells,    line, more)
{
	if ((getline line <(folder "/" name)) <= 0)
		return 0
	line_number++
	sub(/\r$/, "", line)
	if (index(line, "\"") == 0)
		return split(line, cells, ",")
	while (gsub(/"/, "\"", line) % 2) {
		if ((getline more <(folder "/" name)) <= 0)
			bad(name, "a quoted cell does not end")
		line_number++
		line = line "\n" more
	}
	return csv_split(line, cells)
}

function csv_split(line, cells,    n, cell)
{
	n = 0
	line = line ","
	while (line != "") {
		if (match(line, /^"([^"]|"")*",/)) {
			cell = substr(line, 2, RLENGTH - 3)
			gsub(/""/, "\"", cell)
		} else {
			match(line, /^[^,]*,/)
			cell = substr(line, 1, RLENGTH - 1)
		}
		cells[++n] = cell
		line = substr(line, RLENGTH + 1)
	}
	return n
}

# Read the header of NAME; every one of the WANTED columns must be there. at[name, column] is its place.
function csv_open(name, wanted,    n, i, cells, names)
{
	line_number = 0
	n = csv_next(name, cells)
	if (n == 0)
		return 0
	for (i = 1; i <= n; i++)
		at[name, cells[i]] = i
	i = split(wanted, names, ",")
	for (; i > 0; i--)
		if (!((name, names[i]) in at))
			bad(name, "the header has no column " names[i])
	return n
}

# An empty cell is "not measured" and stays "".
function number(name, column, text)
{
	if (text == "" && column !~ /^(workers|percentile)$/)
		return ""
	if (text !~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/)
		bad(name, "column " column ": \"" substr(text, 1, 40) "\" is not a number")
	if (text ~ /[eE][-+]?0*[1-9][0-9][0-9]/ || length(text) > 40)
		bad(name, "column " column ": " substr(text, 1, 40) " is out of range")
	if (column == "workers" && (text !~ /^[0-9]+$/ || text + 0 < 1 || text + 0 > 100000))
		bad(name, "column workers: \"" text "\" is not a count of workers")
	if (column == "percentile" && (text + 0 < 0 || text + 0 > 100))
		bad(name, "column percentile: \"" text "\" does not lie in 0 to 100")
	return text + 0
}

# --- summary.csv --------------------------------------------------------------------------------

# Rows 1..rows; value[row, column]. row_of[case, mode, workers, placement, param, metric] is the row.
# Of the cases that a chart names in the deck only, if it names any: a run has thousands of rows.
function read_summary(    wanted, numeric, n, columns, count, i, cells, names, kinds, key)
{
	wanted = "case,mode,workers,placement,param,metric,median,ci_lo,ci_hi,ci_level,n_launch," \
		 "ratio_to,ratio,ratio_lo,ratio_hi,flags,status,run_id,git_sha,unit,iters"
	numeric = ",workers,median,ci_lo,ci_hi,ci_level,n_launch,ratio,ratio_lo,ratio_hi,iters,"
	columns = csv_open("summary.csv", wanted)
	if (columns == 0)
		fail(64, "summary.csv: missing or empty; it is written by `tollgate run`")
	count = split(wanted, names, ",")
	for (i = 1; i <= count; i++) {
		kinds[i] = index(numeric, "," names[i] ",") > 0
		place[i] = at["summary.csv", names[i]]
	}
	while ((n = csv_next("summary.csv", cells)) > 0) {
		if (n != columns)
			bad("summary.csv", n " cells where the header has " columns)
		if (!summary_lines++) {
			first_run = cells[place[18]]
			first_commit = cells[place[19]]
		}
		if (cases_read != "" && !index(" " cases_read " ", " " cells[place[1]] " "))
			continue
		rows++
		for (i = 1; i <= count; i++)
			value[rows, names[i]] = kinds[i] ? number("summary.csv", names[i], cells[place[i]]) \
							 : cells[place[i]]
		key = value[rows, "case"] SUBSEP value[rows, "mode"] SUBSEP (value[rows, "workers"] + 0) SUBSEP \
		      value[rows, "placement"] SUBSEP value[rows, "param"] SUBSEP value[rows, "metric"]
		if (!(key in row_of))
			row_of[key] = rows
	}
	close(folder "/summary.csv")
	if (summary_lines == 0)
		fail(64, "summary.csv: no rows: nothing was measured in this run")
}

# --- percentiles.csv ----------------------------------------------------------------------------

# Only the rows of CASE. Steps 1..steps: step[i, "mode"], "workers", "percentile", "value_ns", ...
function read_percentiles(case_name,    wanted, columns, n, count, i, cells, names, key)
{
	wanted = "case,mode,workers,placement,param,percentile,value_ns,count"
	columns = csv_open("percentiles.csv", wanted)
	if (columns == 0)
		return 0
	count = split(wanted, names, ",")
	while ((n = csv_next("percentiles.csv", cells)) > 0) {
		if (n != columns)
			bad("percentiles.csv", n " cells where the header has " columns)
		if (cells[at["percentiles.csv", "case"]] != case_name)
			continue
		steps++
		for (i = 1; i <= count; i++) {
			key = names[i]
			step[steps, key] = cells[at["percentiles.csv", key]]
			if (key ~ /^(workers|percentile|value_ns|count)$/)
				step[steps, key] = number("percentiles.csv", key, step[steps, key])
		}
	}
	close(folder "/percentiles.csv")
	return steps
}

# --- run.json -----------------------------------------------------------------------------------

# Our own writer puts one key on a line, so a line is scanned for its "key": value pairs. The first
# value of a key counts, at any depth: fact["cpu_model"]. Of the list of warnings each text: warning[1..warnings].
function read_run(    line, key, text, got, warned)
{
	line_number = 0
	while ((got = (getline line <(folder "/run.json"))) > 0) {
		line_number++
		warned = line ~ /^ *"warnings": *\[/ || (warned && line !~ /^ *\]/)
		while (match(line, /"([^"\\]|\\.)*"[ \t]*:[ \t]*("([^"\\]|\\.)*"|[-+0-9.eE]+|true|false)/)) {
			text = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			match(text, /^"([^"\\]|\\.)*"/)
			key = json_text(substr(text, 2, RLENGTH - 2))
			text = substr(text, RLENGTH + 1)
			sub(/^[ \t]*:[ \t]*/, "", text)
			if (text ~ /^"/)
				text = json_text(substr(text, 2, length(text) - 2))
			if (!(key in fact))
				fact[key] = text
			if (warned && key == "text")
				warning[++warnings] = text
		}
	}
	if (line_number == 0)
		fail(64, "run.json: missing or empty; it is written by `tollgate run`")
	close(folder "/run.json")
}

function json_text(text,    out, letter, hex, code, i)
{
	out = ""
	while ((i = index(text, "\\")) > 0) {
		out = out substr(text, 1, i - 1)
		letter = substr(text, i + 1, 1)
		text = substr(text, i + 2)
		if (letter != "u") {
			out = out (letter ~ /[bfnrt]/ ? " " : letter)
			continue
		}
		hex = tolower(substr(text, 1, 4))
		text = substr(text, 5)
		code = 0
		for (i = 1; i <= 4; i++)
			code = code * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
		out = out (code >= 32 && code < 127 ? sprintf("%c", code) : "?")
	}
	return out text
}

# --- timeline.csv -------------------------------------------------------------------------------

# Holdings 1..holdings: held[i, "case"], "mode", "workers", "placement", "param", "worker", "take_ns", "drop_ns".
function read_timeline(    wanted, columns, n, count, i, cells, names, key)
{
	wanted = "case,mode,workers,placement,param,worker,take_ns,drop_ns"
	columns = csv_open("timeline.csv", wanted)
	if (columns == 0)
		return 0
	count = split(wanted, names, ",")
	while ((n = csv_next("timeline.csv", cells)) > 0) {
		if (n != columns)
			bad("timeline.csv", n " cells where the header has " columns)
		holdings++
		for (i = 1; i <= count; i++) {
			key = names[i]
			held[holdings, key] = cells[at["timeline.csv", key]]
			if (key ~ /^(workers|worker|take_ns|drop_ns)$/)
				held[holdings, key] = number("timeline.csv", key, held[holdings, key])
			if (key ~ /^(worker|take_ns|drop_ns)$/ && (held[holdings, key] == "" || held[holdings, key] < 0))
				bad("timeline.csv", "column " key ": missing or below 0")
		}
		if (held[holdings, "drop_ns"] < held[holdings, "take_ns"])
			bad("timeline.csv", "drop_ns lies before take_ns")
		if (held[holdings, "worker"] >= held[holdings, "workers"])
			bad("timeline.csv", "column worker: there are only " held[holdings, "workers"])
	}
	close(folder "/timeline.csv")
	return holdings
}

# --- claims.csv ---------------------------------------------------------------------------------

# Claims 1..claims: claim[i, "claim"], "title", "verdict", "figure", "unit", "lo", "hi", "experiment", "reason".
function read_claims(    wanted, columns, n, count, i, cells, names, key)
{
	wanted = "claim,title,verdict,figure,unit,lo,hi,experiment,reason"
	columns = csv_open("claims.csv", wanted)
	if (columns == 0)
		return 0
	count = split(wanted, names, ",")
	while ((n = csv_next("claims.csv", cells)) > 0) {
		if (n != columns)
			bad("claims.csv", n " cells where the header has " columns)
		claims++
		for (i = 1; i <= count; i++) {
			key = names[i]
			claim[claims, key] = cells[at["claims.csv", key]]
			if (key ~ /^(figure|lo|hi)$/)
				claim[claims, key] = number("claims.csv", key, claim[claims, key])
		}
	}
	close(folder "/claims.csv")
	return claims
}

# --- validate.csv -------------------------------------------------------------------------------

# Figures 1..judged_figures: validated[i, "figure"], "ratio", ..., "verdict".
function read_validation(    i)
{
	judged_figures = read_table("validate.csv", "figure,ratio,ratio_lo,ratio_hi,bound_lo,bound_hi,verdict", \
				    "^(ratio|bound)", validated)
	for (i = 1; i <= judged_figures; i++)
		if (validated[i, "verdict"] !~ /^(inside|outside|not-judged)$/) {
			line_number = validated[i, "line"]
			bad("validate.csv", "column verdict: inside, outside or not-judged")
		}
	return judged_figures
}

# Rows 1..n of FILE, n, into TABLE[i, column] for the WANTED columns; those whose names match NUMERIC are
# numbers. TABLE[i, "line"] is where row i stands. 0 if there is no such file.
function read_table(file, wanted, numeric, table,    columns, n, count, read, i, cells, names, key)
{
	columns = csv_open(file, wanted)
	if (columns == 0)
		return 0
	count = split(wanted, names, ",")
	while ((n = csv_next(file, cells)) > 0) {
		if (n != columns)
			bad(file, n " cells where the header has " columns)
		read++
		table[read, "line"] = line_number
		for (i = 1; i <= count; i++) {
			key = names[i]
			table[read, key] = cells[at[file, key]]
			if (key ~ numeric)
				table[read, key] = number(file, key, table[read, key])
		}
	}
	close(folder "/" file)
	return read + 0
}

# --- scaling.csv --------------------------------------------------------------------------------

# Curves of scaling.csv, once: law_row[i, "case"], "mode", "placement", "param", ..., "peak_workers". Of
# those the fitted ones of CASE: law[1..laws, ...].
function read_scaling(case_name,    wanted, count, names, i, k)
{
	wanted = "case,mode,placement,param,workers_min,workers_max,one_per_s,sigma,sigma_lo,sigma_hi," \
		 "kappa,kappa_lo,kappa_hi,residual_pct,peak_workers,status"
	count = split(wanted, names, ",")
	if (law_rows == "")
		law_rows = read_table("scaling.csv", wanted, "^(workers_|one_|sigma|kappa|residual|peak)", law_row)
	for (i = 1; i <= law_rows; i++) {
		if (law_row[i, "case"] != case_name || law_row[i, "status"] != "ok")
			continue
		laws++
		for (k = 1; k <= count; k++)
			law[laws, names[k]] = law_row[i, names[k]]
		if (law[laws, "sigma"] == "" || law[laws, "kappa"] == "" || law[laws, "one_per_s"] == "" ||
		    law[laws, "workers_min"] == "" || law[laws, "workers_max"] == "") {
			line_number = law_row[i, "line"]
			bad("scaling.csv", "status is ok, but a parameter is missing")
		}
	}
	return laws
}
