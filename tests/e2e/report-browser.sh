#!/bin/sh
# SPDX-License-Identifier: MIT
# The report in a real browser: headless Chromium, driven through chromedriver by curl. It opens, filters
# and sorts by mouse and keyboard, fits a phone, turns dark, complains of nothing and asks for nothing.
#
# SHOTS=DIR keeps pictures of what was seen.
# without sanitizers: the browser runs the page, report.sh the program that writes it
# shellcheck disable=SC2016,SC2317 # the scripts for the browser arrive as they are; leave() is a trap's
# shellcheck source=tests/e2e/common.sh
. "$(dirname "$0")/common.sh"

needs chromium chromedriver curl gnuplot # scripts/deps.sh --browser installs them
[ -n "${TOLLGATE##*/san-*}" ] || skip "the browser looks at the ordinary build only"
here=$TMPDIR driver='' session=''

leave()
{
	[ -z "$session" ] || curl -s -X DELETE "$session" >/dev/null
	[ -z "$driver" ] || kill "$driver" 2>/dev/null
	[ -z "$driver" ] || wait "$driver" 2>/dev/null
}

# Text as a JSON string.
quoted()
{
	printf '%s' "$1" | awk 'BEGIN { ORS = "" } { gsub(/[\\"]/, "\\\\&"); gsub(/\t/, " "); print (NR > 1 ? "\\n" : "") $0 }
		END { print "" }' | sed -e '1s/^/"/' -e '$s/$/"/'
}

# post PATH BODY: ask the driver.
post()
{
	curl -s --max-time 30 -H 'Content-Type: application/json' -d "$2" "$session/$1"
}

# value_of SCRIPT: what a script in the page returns, as text.
value_of()
{
	post execute/sync "{\"script\": $(quoted "return String((function () { $1 })());"), \"args\": []}" |
		sed -n -e 's/^{"value":"\(.*\)"}$/\1/p' -e 's/^{"value":{"error".*"message":"\([^"]*\)".*/error: \1/p'
}

# is TEXT SCRIPT: the script returns TEXT.
is()
{
	got=$(value_of "$2")
	[ "$got" = "$1" ] || complain "expected '$1', got '$got' from: $2"
}

device()
{
	post goog/cdp/execute "{\"cmd\": \"Emulation.setDeviceMetricsOverride\", \"params\":
		{\"width\": $1, \"height\": $2, \"deviceScaleFactor\": 1, \"mobile\": $3}}" >/dev/null
}

scheme()
{
	post goog/cdp/execute "{\"cmd\": \"Emulation.setEmulatedMedia\", \"params\": {\"features\":
		[{\"name\": \"prefers-color-scheme\", \"value\": \"$1\"}]}}" >/dev/null
}

# Typed keys go to the element that has the focus.
press()
{
	post actions "{\"actions\": [{\"type\": \"key\", \"id\": \"keys\", \"actions\":
		[{\"type\": \"keyDown\", \"value\": \"$1\"}, {\"type\": \"keyUp\", \"value\": \"$1\"}]}]}" >/dev/null
}

shot()
{
	[ -n "${SHOTS:-}" ] || return 0
	post goog/cdp/execute "{\"cmd\": \"Page.captureScreenshot\", \"params\": {\"captureBeyondViewport\": ${2:-false}}}" |
		sed 's/.*"data":"\([^"]*\)".*/\1/' | base64 -d >"$SHOTS/$1.png"
}

open_page()
{
	post url "{\"url\": \"file://$1\"}" >/dev/null
	is complete 'return document.readyState;'
}

start_browser()
{
	mkdir "$here/profile" "$here/tmp"
	TMPDIR=$here/tmp HOME=$here/profile chromedriver --port=0 >"$here/driver.log" 2>&1 &
	driver=$! port=
	for _ in $(seq 100); do
		port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$here/driver.log" 2>/dev/null)
		[ -z "$port" ] || break
		sleep 0.1
	done
	[ -n "$port" ] || {
		echo "chromedriver does not start: $(cat "$here/driver.log")"
		exit 1
	}
	session=http://127.0.0.1:$port/session
	said=$(curl -s --max-time 60 -H 'Content-Type: application/json' -d '{"capabilities": {"alwaysMatch": {
		"goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
		"goog:chromeOptions": {"binary": "'"$(command -v chromium)"'", "args": ["--headless=new", "--no-sandbox",
		"--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-breakpad",
		"--disable-crash-reporter", "--user-data-dir='"$here"'/profile", "about:blank"]}}}}' "$session")
	id=$(echo "$said" | sed -n 's/.*"sessionId":"\([0-9a-f]*\)".*/\1/p')
	[ -n "$id" ] || {
		echo "no session: $said"
		session=''
		exit 1
	}
	session=$session/$id
	post url '{"url": "about:blank"}' >/dev/null
	post se/log '{"type": "performance"}' >/dev/null # what the browser did for itself
}

# The console is empty, and the page is the only request.
quiet()
{
	logged=$(post se/log '{"type": "browser"}')
	[ "$logged" = '{"value":[]}' ] || complain "$1: the console says: $logged"
	asked=$(post se/log '{"type": "performance"}' | grep -o 'Network\.requestWillBeSent[^}]*' | wc -l)
	[ "$asked" -eq 1 ] || complain "$1: $asked requests, expected the page alone"
}

rows='document.querySelectorAll("#figures-rows tbody tr")'
# column TITLE: an expression, the texts of that column
column()
{
	printf '%s' "((i) => Array.from($rows).map((row) => row.cells[i].textContent))(Array.from(document.querySelectorAll('#figures-rows th')).findIndex((th) => th.textContent === '$1'))"
}

# The head of the column that is sorted.
head='Array.from(document.querySelectorAll("#figures-rows th")).find((th) => th.textContent === "Median")'

sections()
{
	is 'machine claims charts results figures' \
		'return Array.from(document.querySelectorAll("main > section")).map((s) => s.id).join(" ");'
	is true 'return document.querySelectorAll("figure.chart svg").length >= 6;'
	is 0 'const ids = Array.from(document.querySelectorAll("[id]")).map((e) => e.id);
		return ids.length - new Set(ids).size;'
	is 0 'return Array.from(document.querySelectorAll("figure.chart svg"))
		.filter((s) => !s.getAttribute("aria-label") || s.getBoundingClientRect().height < 100).length;'
	is 0 'return document.querySelectorAll("[href]:not([href^=\"#\"]), [src], iframe, object, form, link").length;'
}

filters()
{
	all=$(value_of 'return JSON.parse(document.getElementById("figures-data").textContent).rows.length;')
	is "$all of $all figures, all with placement cores, the first 100 shown" 'return document.getElementById("figures-count").textContent;'
	is 100 "return $rows.length;"
	value_of 'const s = document.getElementById("filter-case");
		s.value = Array.from(s.options).find((o) => o.text === "cpu_int").value; s.dispatchEvent(new Event("change"));' >/dev/null
	value_of 'const s = document.getElementById("filter-mode");
		s.value = Array.from(s.options).find((o) => o.text === "gil").value; s.dispatchEvent(new Event("change"));' >/dev/null
	is 'cpu_int gil' "return Array.from(new Set($(column Case))).join() + ' ' + Array.from(new Set($(column Mode))).join();"
	# typed, letter by letter
	value_of 'document.getElementById("filter-text").focus();' >/dev/null
	for key in o p s _ p e r; do
		press "$key"
	done
	is ops_per_s "return Array.from(new Set($(column Metric))).join();"
	is true "return $rows.length > 2 && $rows.length < 10;"
	is true 'return document.getElementById("figures").classList.contains("filtered");'
	press z
	is 0 "return $rows.length;"
	value_of 'document.getElementById("filter-reset").click();' >/dev/null
	is 100 "return $rows.length;"
	value_of 'document.getElementById("figures-all").click();' >/dev/null
	is "$all" "return $rows.length;"
}

sorts()
{
	value_of 'const s = document.getElementById("filter-metric");
		s.value = Array.from(s.options).find((o) => o.text === "op_ns").value; s.dispatchEvent(new Event("change"));' >/dev/null
	before=$(value_of "return $(column Median).join();")
	is none 'return '"$head"'.getAttribute("aria-sort");'
	value_of ''"$head"'.querySelector("button").focus();' >/dev/null
	press '\uE007' # Enter
	is ascending 'return '"$head"'.getAttribute("aria-sort");'
	# by what the figures mean, not by their letters: 25.6 ns, 401 ns, 2.30 µs, 1.05 ms
	order='const unit = { ps: 1e-12, ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1 };
		const sizes = '$(column Median)'.map((t) => t.split(" ")).map((t) => t[0] * unit[t[1]]);'
	is true "$order return sizes.length > 20 && sizes.every((x, i) => i === 0 || x >= sizes[i - 1]);"
	press ' '
	is descending 'return '"$head"'.getAttribute("aria-sort");'
	is true "$order return sizes.every((x, i) => i === 0 || x <= sizes[i - 1]);"
	press '\uE007'
	is none 'return '"$head"'.getAttribute("aria-sort");'
	is "$before" "return $(column Median).join();"
	value_of 'document.getElementById("filter-reset").click();' >/dev/null
}

# A mark of a chart says its figure at the pointer.
tips()
{
	is true 'const point = document.querySelector("#chart-cpu-scaling .point");
		point.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, clientX: 300, clientY: 300 }));
		return /^no lock, 1 worker: [0-9.]+ [kMG]\/s \([0-9.]+ [kMG]\/s to [0-9.]+ [kMG]\/s\)$/.test(document.getElementById("tip").textContent);'
	is true 'document.body.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
		return document.getElementById("tip").hidden;'
}

# By keyboard too: in a chart that has the focus the arrows go from mark to mark.
keyboard_tips()
{
	value_of 'document.querySelector("#chart-cpu-scaling .picture").focus();' >/dev/null
	press '\uE014' # ArrowRight
	is true 'return /^no lock, 1 worker: /.test(document.getElementById("tip").textContent);'
	press '\uE014'
	is true 'return /^no lock, 2 workers: /.test(document.getElementById("tip").textContent);'
	is 1 'return document.querySelectorAll(".point.current").length;'
	press '\uE012' # ArrowLeft
	press '\uE012'
	is true 'return /^no lock, 1 worker: /.test(document.getElementById("tip").textContent);'
	press '\uE00C' # Escape
	is true 'return document.getElementById("tip").hidden;'
	press '\uE012'
	is true 'return /^processes, 16 workers: /.test(document.getElementById("tip").textContent);'
	value_of 'document.activeElement.blur();' >/dev/null
	is 'true 0' 'return document.getElementById("tip").hidden + " " + document.querySelectorAll(".point.current").length;'
}

# Every word and shape of a chart is visible on the paper of its theme, with a contrast of at least 3.
readable()
{
	is '' 'const part = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
		const light = (rgb) => rgb.match(/[0-9.]+/g).slice(0, 3).map(Number).map(part)
			.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0.05);
		const paper = light(getComputedStyle(document.body).backgroundColor);
		const low = new Set();
		for (const text of document.querySelectorAll(".picture text")) {
			const ink = light(getComputedStyle(text).fill);
			if (Math.max(ink, paper) / Math.min(ink, paper) < 3)
				low.add(text.textContent);
		}
		return Array.from(low).join();'
}

# On paper: white, nothing to click, no table of thousands of rows.
prints()
{
	post goog/cdp/execute '{"cmd": "Emulation.setEmulatedMedia", "params": {"media": "print", "features":
		[{"name": "prefers-color-scheme", "value": "dark"}]}}' >/dev/null
	is 'rgb(255, 255, 255)' 'return getComputedStyle(document.body).backgroundColor;'
	is 0 'return Array.from(document.querySelectorAll("nav, .controls, #figures, details"))
		.filter((e) => getComputedStyle(e).display !== "none").length;'
	readable
	shot print true
	post goog/cdp/execute '{"cmd": "Emulation.setEmulatedMedia", "params": {"media": ""}}' >/dev/null
}

# No part of the page is wider than the window. Wide parts scroll in a box that the keyboard reaches.
fits()
{
	is true 'return document.documentElement.scrollWidth <= window.innerWidth;'
	is 0 'return Array.from(document.querySelectorAll(".scroll, .picture"))
		.filter((box) => box.scrollWidth > box.clientWidth && box.tabIndex !== 0).length;'
}

colours()
{
	paper='return getComputedStyle(document.body).backgroundColor;'
	scheme light
	is 'rgb(255, 255, 255)' "$paper"
	readable
	shot "$1-light" true
	scheme dark
	is 'rgb(20, 23, 27)' "$paper"
	readable
	shot "$1-dark" true
	value_of 'document.getElementById("theme").click();' >/dev/null
	is 'rgb(255, 255, 255)' "$paper"
	value_of 'document.getElementById("theme").click(); document.getElementById("theme").click();' >/dev/null
	is 'rgb(20, 23, 27)' "$paper"
	scheme light
}

hostile='</script><script>document.title="pwned"</script><img src=x onerror=alert(1)>"'"'"'<!--&amp;'
cd "$here" || exit 1
"$root/tests/golden/charts/make-run.sh" one || exit 1
PUS=2 "$root/tests/golden/charts/make-run.sh" two || exit 1
env "CPU_MODEL=$(printf '%s' "$hostile" | sed 's/[\\"]/\\&/g')" "$root/tests/golden/charts/make-run.sh" hostile || exit 1
Q="\"$(printf '%s' "$hostile" | sed 's/"/""/g')\"" awk -F, -v OFS=, '$4 == "clock_read" { $4 = ENVIRON["Q"] } 1' \
	hostile/summary.csv >hostile/new && mv hostile/new hostile/summary.csv
TOLLGATE_SCRIPTS=$root/scripts
export TOLLGATE_SCRIPTS
PUS=2 CASES='cpu_int io_beside_hogs gil_handoff' MODES='none gil27 gil gil313 gil-prio free-threaded
	gil-per-interpreter process cpython-2.7.18 cpython-3.11.2' "$root/tests/golden/charts/make-run.sh" lab || exit 1
for folder in one two lab hostile; do
	"$TOLLGATE" report "$folder" || exit 1
done
"$TOLLGATE" report -o pair.html one two || exit 1

start_browser
device 1280 900 false
open_page "$here/one/report.html"
sections
filters
sorts
tips
keyboard_tips
fits
colours desk
prints
device 375 800 true
fits
colours phone
quiet one
open_page "$here/lab/report.html"
device 1280 900 false
colours lab
quiet lab
device 375 800 true
open_page "$here/pair.html"
fits
shot pair-phone true
device 1280 900 false
fits
# beside each other where there is room
is true 'return Array.from(document.querySelectorAll("#charts .pair")).every((p) => p.children.length === 2 &&
	p.children[0].offsetTop === p.children[1].offsetTop && p.children[0].offsetLeft < p.children[1].offsetLeft);'
is true 'return document.querySelectorAll(".differs").length > 0;'
shot pair-desk true
value_of 'document.getElementById("figures-all").click();' >/dev/null
is 'apart,only in A,only in B,overlap' "return Array.from(new Set($(column Intervals).filter(Boolean))).sort().join();"
quiet pair
open_page "$here/hostile/report.html"
is true 'return document.title.startsWith("tollgate: </script>") && document.body.innerText.includes("<img src=x onerror=alert(1)>");'
is true "return document.querySelector('h1').textContent === 'What a lock, a GIL and a message cost on ' + $(quoted "$hostile");"
is 0 'return document.querySelectorAll("img, body script:not([id=figures-data]):not(:last-of-type)").length;'
is true 'return Array.from(document.getElementById("filter-case").options).some((o) => o.text.startsWith("</script>"));'
quiet hostile
finish
