/* The overview: sets any facet against any other, counted here from sets of practices. */

"use strict";

(() => {
  const page = document.querySelector(".overview");
  const table = page.querySelector("table");
  const link = page.querySelector(".csv");
  const status = page.querySelector("[role=status]");
  const [rows, columns] = page.querySelectorAll("select");
  const { total, terms, evidence, practices, contribute } = page.dataset;
  const WIDEST = 95;
  const SVG = ["svg", "circle", "text"];
  const built = { rows: rows.value, columns: columns.value };
  let shown = built;

  function make(name, attributes = {}, ...children) {
    const space = SVG.includes(name) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
    const made = document.createElementNS(space, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  }

  async function json(address) {
    const response = await fetch(address, { cache: "no-cache" }); // all as it is published now
    if (!response.ok) {
      throw new Error(`${address}: ${response.status}`);
    }
    return response.json();
  }

  /* A facet with its groups of terms, each term with the set of practices that have it. */
  async function load(id) {
    const facet = (await json(terms)).find((each) => each.id === id);
    const sets = (await json(facet.bits)).terms;
    const read = (term) => bits.read(Object.hasOwn(sets, term) ? sets[term] : "", Number(total));
    const groups = facet.groups.map(([label, inside]) => ({
      label,
      terms: inside.map(([term, name]) => ({ id: term, label: name, practices: read(term) })),
    }));
    return { ...facet, groups, terms: groups.flatMap((group) => group.terms) };
  }

  /* Whether records that may have the one term may never have the other. */
  function isBarred(down, row, across, column) {
    const one = { ...down.only, [down.id]: [row.id] };
    const other = { ...across.only, [across.id]: [column.id] };
    return Object.keys(one).some((id) => id in other && !one[id].some((term) => other[id].includes(term)));
  }

  /* Where a row and a column meet: how many practices, and the strongest evidence among them. */
  function meet(row, column, levels, isNever) {
    const met = bits.and(row.practices, column.practices);
    const found = levels.map((level) => bits.count(bits.and(level.practices, met)));
    const best = found.findLastIndex((count) => count > 0);
    const known = best < 0 ? "" : levels[best].label;
    const count = bits.count(met);
    return { row, column, count, level: best + 1, known, proven: found[best], barred: isNever && !count };
  }

  function cell({ row, column, count, level, known, proven, barred }, down, across, most) {
    if (barred) {
      return make("td", {}, make("span", { class: "unseen" }, "never both"));
    }
    const names = `${row.label}, ${column.label}`;
    const query = `?${new URLSearchParams([[down.id, row.id], [across.id, column.id]])}`;
    const linked = (style, address, title, ...children) => make("td", {},
      make("a", { class: style, href: address + query, title, "aria-label": title }, ...children));
    if (!count) {
      return linked("gap", contribute, `No practice yet: add one for ${names}`);
    }
    const counted = count === 1 ? "1 practice" : `${count.toLocaleString("en")} practices`;
    const ending = level ? `; strongest evidence: ${known} (${proven} of ${count})` : "";
    const circle = make("circle", { r: Math.round(WIDEST * Math.sqrt(count / most)) });
    return linked(`level-${level}`, practices, `${counted}: ${names}${ending}`,
      make("svg", { viewBox: "-100 -100 200 200", "aria-hidden": "true" }, circle, make("text", {}, count)));
  }

  function head(across) {
    const labels = across.terms.map(({ label }) => make("th", { scope: "col" }, make("span", {}, label)));
    const groups = across.groups.map((group) =>
      make("th", { scope: "colgroup", colspan: group.terms.length }, group.label));
    const lines = across.groups.some(({ label }) => label) ? [groups, labels] : [labels];
    return make("thead", {}, ...lines.map((line) => make("tr", {}, make("td"), ...line)));
  }

  function draw(down, across, levels) {
    const cells = down.terms.map((row) => across.terms.map((column) =>
      meet(row, column, levels, isBarred(down, row, across, column))));
    const most = Math.max(...cells.flat().map(({ count }) => count));
    const lines = cells.map((line) => make("tr", {}, make("th", { scope: "row" }, line[0].row.label),
      ...line.map((each) => cell(each, down, across, most))));
    const width = { scope: "rowgroup", colspan: across.terms.length + 1 };
    const bodies = down.groups.map(({ label, terms: inside }) => make("tbody", {},
      ...(label ? [make("tr", {}, make("th", width, make("span", {}, label)))] : []),
      ...lines.splice(0, inside.length)));
    const spans = across.groups.map((group) => make("colgroup", { span: group.terms.length }));
    table.caption.textContent = `Practices by ${down.inside} and ${across.inside}`;
    table.replaceChildren(table.caption, make("colgroup"), ...spans, head(across), ...bodies);
    offer([[down.label, across.label, "Practices", "Strongest evidence"],
      ...cells.flat().filter(({ barred }) => !barred).map((each) => [each.row.label, each.column.label, each.count, each.known])]);
  }

  /* The same CSV as as_csv in repertory/publishing/output.py makes. */
  function offer(lines) {
    const guarded = (text) => text.replace(/(^|;[\s"']*)(?=[=+\-@＝＋－＠])/g, "$1'");
    const quoted = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const written = (value) => quoted(guarded(String(value).split(/\s+/).join(" ").trim()));
    const text = lines.map((line) => `${line.map(written).join(",")}\r\n`).join("");
    URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  }

  function asked() {
    const query = new URLSearchParams(location.search);
    const pair = { rows: query.get("rows"), columns: query.get("columns") };
    const ids = [...rows.options].map((option) => option.value);
    const isGood = ids.includes(pair.rows) && ids.includes(pair.columns) && pair.rows !== pair.columns;
    return isGood ? pair : built;
  }

  function addressOf(pair) {
    return `?${new URLSearchParams(pair)}`;
  }

  function choose(pair) {
    [rows.value, columns.value] = [pair.rows, pair.columns];
  }

  function say(text, className) {
    status.className = className;
    status.textContent = text;
  }

  async function show() {
    const pair = asked();
    choose(pair);
    const isAsked = () => rows.value === pair.rows && columns.value === pair.columns;
    if (pair.rows === shown.rows && pair.columns === shown.columns) {
      if (status.className === "status") { // what failed is asked for no longer
        say(table.caption.textContent, "unseen");
      }
      return;
    }
    try {
      const levels = evidence ? load(evidence) : { terms: [] };
      const [down, across, known] = await Promise.all([load(pair.rows), load(pair.columns), levels]);
      if (isAsked()) {
        draw(down, across, known.terms);
        shown = pair;
        say(table.caption.textContent, "unseen");
      }
    } catch (error) {
      if (isAsked()) {
        choose(shown);
        history.replaceState(null, "", addressOf(shown));
        say("The numbers could not be fetched. The table is as it was.", "status");
      }
      console.error(error);
    }
  }

  /* Where both would be the same facet, the two change places. */
  function changed(one, other, before) {
    if (one.value === other.value) {
      other.value = before;
    }
    history.pushState(null, "", addressOf({ rows: rows.value, columns: columns.value }));
    show();
  }

  if (location.protocol === "file:") {
    return;
  }
  page.querySelector(".choice").hidden = false;
  rows.addEventListener("change", () => changed(rows, columns, asked().rows));
  columns.addEventListener("change", () => changed(columns, rows, asked().columns));
  window.addEventListener("popstate", show);
  show();
})();
