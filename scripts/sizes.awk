# SPDX-License-Identifier: MIT
# sizes.awk - a figure over the size of the message, a line per way of talking: the chart bandwidth.

function chart(    n, i, lines)
{
	kind = "sizes"
	figure = "bytes_per_s"
	collect()
	n = rank_lines(lines)
	if (n == 0) {
		missing("throughput by way of talking and size", "bw_pipe bw_unix_stream bw_shm_spsc")
		return
	}
	split("none mutex gil process gil27 gil313 gil_prio gil_io_hold", palette, " ")
	for (i = 1; i <= n; i++)
		write_line(lines[i], palette[i])
	for (i = 1; i <= n; i++)
		label(log(end_value[lines[i]] / bottom) / log(top / bottom), palette[i], speed(end_value[lines[i]]))
	put_labels(0.066)
	put_list("modes", ids)
	put_text("title", title_words(lines, n))
	put_text("subtitle", "Payload per second by size of the message, " (vehicle == "process" ? "between processes" : "between threads") \
		 place_words() ", logarithmic, higher is better; " interval_words("band"))
	put_axes()
}

# --- choosing -----------------------------------------------------------------------------------

# Processes if any case has them; on one processing unit if measured. A case's other parameters are those
# that it has at most sizes.
function collect(    i)
{
	for (i = 1; i <= rows; i++)
		if (is_figure(i) && value[i, "mode"] == "process")
			vehicle = "process"
	vehicle = vehicle == "" ? "none" : vehicle
	for (i = 1; i <= rows; i++)
		if (is_figure(i) && value[i, "mode"] == vehicle && value[i, "placement"] == "same-core")
			place_here = "same-core"
	for (i = 1; i <= rows && place_here == ""; i++)
		if (is_figure(i) && value[i, "mode"] == vehicle)
			place_here = value[i, "placement"]
	for (i = 1; i <= rows; i++)
		if (is_drawn(i))
			sizes_of[value[i, "case"], others(i)]++
	for (i = 1; i <= rows; i++)
		if (is_drawn(i) && sizes_of[value[i, "case"], others(i)] > sizes_of[value[i, "case"], rest[value[i, "case"]]] + 0)
			rest[value[i, "case"]] = others(i)
}

function is_figure(i)
{
	return value[i, "case"] ~ /^bw_/ && value[i, "metric"] == figure && usable(i) && value[i, "median"] > 0 && size_of(i) > 0
}

function is_drawn(i)
{
	return is_figure(i) && value[i, "mode"] == vehicle && value[i, "placement"] == place_here
}

function size_of(i)
{
	return match(value[i, "param"], /^size=[0-9]+/) && RLENGTH < 20 ? substr(value[i, "param"], 6, RLENGTH - 5) + 0 : 0
}

function others(i)
{
	match(value[i, "param"], /^size=[0-9]+/)
	return substr(value[i, "param"], RLENGTH + 1)
}

# The cases by their figure at the largest size, best first; at most eight.
function rank_lines(lines,    i, j, n, c, hold)
{
	for (i = 1; i <= rows; i++) {
		if (!is_drawn(i) || others(i) != rest[value[i, "case"]])
			continue
		c = value[i, "case"]
		if (!points[c]++)
			lines[++n] = c
		for (j = points[c]; j > 1 && size_of(point[c, j - 1]) > size_of(i); j--)
			point[c, j] = point[c, j - 1]
		point[c, j] = i
	}
	for (i = 1; i <= n; i++)
		end_value[lines[i]] = value[point[lines[i], points[lines[i]]], "median"] + 0
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && end_value[lines[j]] > end_value[lines[j - 1]]; j--) {
			hold = lines[j]
			lines[j] = lines[j - 1]
			lines[j - 1] = hold
		}
	if (n > 8)
		remark(n - 8 " of " n " left out")
	return n > 8 ? 8 : n + 0
}

# --- drawing ------------------------------------------------------------------------------------

function write_line(c, id,    j, i)
{
	put_text("T_" id, short(c))
	ids = ids (ids == "" ? "" : " ") id
	put_block(id)
	for (j = 1; j <= points[c]; j++) {
		i = point[c, j]
		note_launches(value[i, "n_launch"])
		use(i)
		if (value[i, "ci_lo"] != "" && level == "")
			level = value[i, "ci_level"] + 0
		put_rows(sprintf("%.9g %.9g %.9g %.9g", size_of(i), value[i, "median"], low(i) > 0 ? low(i) : value[i, "median"], high(i)))
		if (bottom == "" || (low(i) > 0 && low(i) < bottom))
			bottom = low(i) > 0 ? low(i) : value[i, "median"] + 0
		if (high(i) > top)
			top = high(i)
		if (smallest == "" || size_of(i) < smallest)
			smallest = size_of(i)
		if (size_of(i) > largest)
			largest = size_of(i)
	}
	bottom = decade_below(bottom)
	top = top < bottom * 10 ? bottom * 10 : top
}

function place_words()
{
	return place_here == "same-core" ? " on one processing unit" : ", placement " clean(place_here, 24)
}

function size_words(bytes)
{
	return bytes >= 1048576 && bytes % 1048576 == 0 ? bytes / 1048576 " MiB" : \
	       bytes >= 1024 && bytes % 1024 == 0 ? bytes / 1024 " KiB" : bytes " B"
}

function put_axes(    size, decade)
{
	for (size = 1; size <= largest; size *= 4)
		if (size >= smallest)
			tic(size, size == 1 || size == 64 || size == 1024 || size == 16384 || size == 262144 || size == 1048576 || \
			    size == 16777216 ? size_words(size) : "")
	put_tics("x")
	for (decade = bottom; decade <= top * 1.3; decade *= 10)
		tic(decade, round_speed(decade))
	put_tics("y")
	put_number("smallest", smallest)
	put_number("largest", largest > smallest ? largest : smallest * 4)
	put_number("bottom", bottom)
	put_number("top", top * 1.3)
}

# The best against the last of those that go as far, if their intervals do not meet.
function title_words(lines, n,    a, b)
{
	while (n > 1 && size_of(point[lines[n], points[lines[n]]]) != size_of(point[lines[1], points[lines[1]]]))
		n--
	a = point[lines[1], points[lines[1]]]
	if (n == 1)
		return "In messages of " size_words(size_of(a)) " " short(lines[1]) " carries " speed(value[a, "median"])
	b = point[lines[n], points[lines[n]]]
	if (value[a, "ci_lo"] == "" || value[b, "ci_lo"] == "")
		return "Throughput by way of talking: too few launches to judge"
	if (low(a) <= high(b) && low(b) <= high(a))
		return "Throughput by way of talking: no difference seen"
	return "In messages of " size_words(size_of(a)) " " short(lines[1]) " carries " speed(value[a, "median"]) ", " short(lines[n]) " " \
	       speed(value[b, "median"])
}

function speed(x)
{
	unit_for(x, "count")
	return digits(x / unit_size) " " unit_name "B/s"
}

function round_speed(x)
{
	unit_for(x, "count")
	return sprintf("%.4g %sB/s", x / unit_size, unit_name)
}

function short(c)
{
	sub(/^bw_(process_)?/, "", c)
	gsub(/_/, " ", c)
	return clean(c, 14)
}
