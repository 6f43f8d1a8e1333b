/* SPDX-License-Identifier: MIT */
/* The page works without this: it adds the table of all figures, values at the pointer, the theme. */
(function () {
"use strict";

function element(name, properties, children) {
	const made = document.createElement(name);
	for (const key in properties || {}) {
		if (key in made)
			made[key] = properties[key];
		else
			made.setAttribute(key, properties[key]);
	}
	for (const child of children || [])
		made.append(child);
	return made;
}

/* ---- theme: auto, light, dark ---- */

function startTheme() {
	const button = document.getElementById("theme");
	const themes = ["auto", "light", "dark"];
	let at = 0;
	button.hidden = false;
	button.addEventListener("click", function () {
		at = (at + 1) % themes.length;
		if (at)
			document.documentElement.dataset.theme = themes[at];
		else
			delete document.documentElement.dataset.theme;
		button.textContent = "Theme: " + themes[at];
	});
}

/* ---- values at the marks of charts ---- */

function startTips() {
	const tip = element("div", { id: "tip", hidden: true, role: "status" });
	document.body.append(tip);
	for (const point of document.querySelectorAll(".point")) {
		const title = point.querySelector("title");
		point.dataset.tip = title.textContent;
		title.remove(); /* else the browser shows it too, later and smaller */
	}
	function show(point, left, top) {
		tip.hidden = !point;
		if (!point)
			return;
		tip.textContent = point.dataset.tip;
		const box = tip.getBoundingClientRect();
		const x = Math.min(left + 12, window.innerWidth - box.width - 8);
		const y = top - box.height - 12;
		tip.style.left = Math.max(8, x) + "px";
		tip.style.top = (y > 8 ? y : top + 16) + "px";
	}
	function follow(event) {
		show(event.target.closest ? event.target.closest(".point") : null, event.clientX, event.clientY);
	}
	document.addEventListener("pointerover", follow);
	document.addEventListener("pointerdown", follow);
	document.querySelectorAll(".picture").forEach((picture) => startKeys(picture, show));
}

/* In a chart that has the focus the arrows go from mark to mark. */
function startKeys(picture, show) {
	const points = Array.from(picture.querySelectorAll(".point"));
	let at = -1;
	function leave() {
		if (at >= 0)
			points[at].classList.remove("current");
		at = -1;
		show(null);
	}
	picture.addEventListener("blur", leave);
	picture.addEventListener("keydown", function (event) {
		const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
		if (event.key === "Escape")
			leave();
		if (!step || !points.length)
			return;
		event.preventDefault();
		const next = at < 0 ? (step > 0 ? 0 : points.length - 1) : Math.min(points.length - 1, Math.max(0, at + step));
		leave();
		at = next;
		points[at].classList.add("current");
		const box = points[at].getBoundingClientRect();
		show(points[at], box.right, box.top);
	});
}

/* ---- the table of all figures ---- */

const PAGE = 100;

function startTable() {
	const source = document.getElementById("figures-data");
	const place = document.getElementById("figures-table");
	const data = JSON.parse(source.textContent);
	const columns = data.columns;
	const state = { column: -1, descending: false, limit: PAGE, shown: [] };
	const at = {};
	columns.forEach((column, i) => { at[column.title] = i; });
	/* A column that says the same of every figure is said once, beside the count. */
	const same = columns.map((column) => ["Parameters", "Placement"].includes(column.title) && column.texts.length === 1);
	const common = columns.filter((column, i) => same[i] && column.texts[0])
		.map((column) => ", all with " + column.title.toLowerCase() + " " + column.texts[0]).join("");

	/* What a cell says, and what it sorts by. */
	function textOf(row, i) {
		const cell = row[i];
		switch (columns[i].kind) {
		case "name": return columns[i].texts[cell];
		case "value": return cell[1];
		default: return String(cell);
		}
	}
	function keyOf(row, i) {
		const cell = row[i];
		switch (columns[i].kind) {
		case "count": return cell;
		case "value": return cell[0];
		default: return textOf(row, i);
		}
	}
	/* What was not measured comes last, whichever way is up. */
	function compare(a, b) {
		const x = keyOf(a, state.column), y = keyOf(b, state.column);
		if (x === null || y === null || x === "" || y === "")
			return (x === null || x === "") - (y === null || y === "");
		const order = typeof x === "number" ? x - y : x.localeCompare(y, "en", { numeric: true });
		return state.descending ? -order : order;
	}
	data.rows.forEach((row) => {
		row.words = columns.map((column, i) => textOf(row, i)).join(" ").toLowerCase();
	});

	/* ---- controls ---- */

	const search = element("input", { type: "search", id: "filter-text", placeholder: "any words" });
	const measured = element("input", { type: "checkbox", id: "filter-measured", checked: true });
	const selects = ["Case", "Mode", "Workers", "Metric"].map(makeSelect);
	const count = element("p", { className: "count", id: "figures-count", role: "status" });

	function makeSelect(title) {
		const i = at[title];
		const texts = columns[i].kind === "name" ? columns[i].texts.map((text, n) => [n, text])
			: Array.from(new Set(data.rows.map((row) => row[i]))).sort((a, b) => a - b).map((n) => [n, String(n)]);
		if (columns[i].kind === "name")
			texts.sort((a, b) => a[1].localeCompare(b[1], "en"));
		const select = element("select", { id: "filter-" + title.toLowerCase() },
			[element("option", { value: "", textContent: "all" })]
				.concat(texts.map((pair) => element("option", { value: String(pair[0]), textContent: pair[1] }))));
		select.dataset.column = i;
		return select;
	}
	const controls = element("div", { className: "controls", role: "search", "aria-label": "Filter the figures" }, [
		element("label", {}, ["Search", search]),
	].concat(selects.map((select) => element("label", {}, [columns[select.dataset.column].title, select])), [
		element("label", { className: "check" }, [measured, "only what was measured"]),
		element("button", { type: "button", id: "filter-reset", textContent: "Reset" }),
	]));

	/* ---- table ---- */

	const heads = columns.map(function (column, i) {
		const button = element("button", { type: "button", textContent: column.title });
		button.addEventListener("click", () => sortBy(i));
		const head = element("th", { scope: "col", className: isNumber(i) ? "number" : "" }, [button]);
		head.setAttribute("aria-sort", "none");
		return head;
	});
	const body = element("tbody");
	const scroll = element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "All figures" }, [
		element("table", { className: "all", id: "figures-rows" },
			[element("thead", {}, [element("tr", {}, heads.filter((head, i) => !same[i]))]), body]),
	]);
	const more = element("button", { type: "button", id: "figures-more" });
	const all = element("button", { type: "button", id: "figures-all" });
	place.append(controls, count, scroll, element("div", { className: "more" }, [more, all]));

	function isNumber(i) {
		return columns[i].kind === "value" || columns[i].kind === "count";
	}
	function makeRow(row) {
		return element("tr", {}, columns.map(function (column, i) {
			const text = textOf(row, i);
			return element("td", { className: isNumber(i) ? "number" : text.length > 24 ? "wrap" : "", textContent: text });
		}).filter((cell, i) => !same[i]));
	}
	function draw() {
		body.replaceChildren(...state.shown.slice(0, state.limit).map(makeRow));
		const left = state.shown.length - state.limit;
		more.hidden = left <= 0;
		all.hidden = left <= PAGE;
		more.textContent = "Show " + Math.min(PAGE, left) + " more";
		all.textContent = "Show all " + state.shown.length;
		count.textContent = state.shown.length + " of " + data.rows.length + " figures" + common +
			(left > 0 ? ", the first " + state.limit + " shown" : "");
	}
	function wanted() {
		const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
		const value = columns.findIndex((column) => column.kind === "value");
		const other = columns.findIndex((column, i) => column.kind === "value" && column.title.endsWith(" B") && i > value);
		return data.rows.filter((row) =>
			selects.every((select) => select.value === "" || String(row[select.dataset.column]) === select.value) &&
			(!measured.checked || row[value][0] !== null || (other > 0 && row[other][0] !== null)) &&
			words.every((word) => row.words.includes(word)));
	}
	function update() {
		state.shown = wanted();
		if (state.column >= 0)
			state.shown.sort(compare);
		state.limit = PAGE;
		document.getElementById("figures").classList.toggle("filtered",
			search.value !== "" || selects.some((select) => select.value !== ""));
		draw();
	}
	/* First click: up; second: down; third: the order of the file. */
	function sortBy(i) {
		if (state.column !== i) {
			state.column = i;
			state.descending = false;
		} else if (!state.descending) {
			state.descending = true;
		} else {
			state.column = -1;
		}
		heads.forEach((head, n) => head.setAttribute("aria-sort",
			n !== state.column ? "none" : state.descending ? "descending" : "ascending"));
		update();
	}
	search.addEventListener("input", update);
	measured.addEventListener("change", update);
	selects.forEach((select) => select.addEventListener("change", update));
	document.getElementById("filter-reset").addEventListener("click", function () {
		search.value = "";
		measured.checked = true;
		selects.forEach((select) => { select.value = ""; });
		update();
	});
	more.addEventListener("click", function () { state.limit += PAGE; draw(); });
	all.addEventListener("click", function () { state.limit = state.shown.length; draw(); });
	update();
}

startTheme();
startTips();
startTable();
}());
