/* The comparison: reads the pages of the practices that the address names, or else those of the
   shortlist, and sets what they say of themselves side by side. */

"use strict";

(() => {
  const comparison = document.querySelector(".comparison");
  const find = (selector) => comparison.querySelector(selector);
  const table = find("table");

  if (location.protocol === "file:") {
    find(".from-disk").hidden = false;
    return;
  }

  function element(name, ...children) {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  }

  function fromAddress() {
    const ids = new URLSearchParams(location.search).getAll("id");
    return [...new Set(ids)].filter((id) => /^[a-z0-9-]+$/.test(id));
  }

  function address(ids) {
    return ids.length ? `?${new URLSearchParams(ids.map((id) => ["id", id]))}` : location.pathname;
  }

  /* What a page says: its title, its summary, its years and reach, and its facts, by label. */
  async function read(id) {
    const href = `practices/${id}.html`;
    const page = await shortlist.page(href);
    const facts = new Map([["Summary", [page.querySelector(".lead").textContent]]]);
    for (const list of page.querySelectorAll(".glance > div:not(.of-facet), .facts > div")) {
      const cells = list.querySelectorAll("dd:not(.group)");
      facts.set(list.querySelector("dt").textContent, [...cells].map((each) => each.textContent));
    }
    return { id, href, title: page.querySelector("h1").textContent, facts };
  }

  function head(practice, others) {
    const link = element("a", practice.title);
    link.href = practice.href;
    const remove = element("button", "Remove");
    remove.type = "button";
    remove.className = "link";
    remove.setAttribute("aria-label", `Remove ${practice.title}`);
    remove.addEventListener("click", () => {
      if (shortlist.ids().includes(practice.id)) {
        shortlist.toggle(practice.id);
      }
      history.replaceState(null, "", address(others));
      show(others).then(() => find(".status").focus());
    });
    const cell = element("th", link, remove);
    cell.scope = "col";
    cell.dir = "auto";
    return cell;
  }

  function row(label, practices) {
    const heading = element("th", label);
    heading.scope = "row";
    const cells = practices.map(({ facts }) => {
      const lines = facts.get(label) || [];
      const cell = element("td", ...lines.map((line) => element("p", line)));
      cell.dir = "auto";
      return cell;
    });
    return element("tr", heading, ...cells);
  }

  async function show(ids) {
    const pages = await Promise.allSettled(ids.map(read));
    const practices = pages.filter((page) => page.value).map((page) => page.value);
    const lost = ids.filter((_, i) => !pages[i].value);
    const labels = new Set(practices.flatMap(({ facts }) => [...facts.keys()]));
    const corner = element("td");
    const heads = practices.map((each) => head(each, ids.filter((id) => id !== each.id)));
    table.tHead?.remove();
    table.tBodies[0]?.remove();
    table.append(
      element("thead", element("tr", corner, ...heads)),
      element("tbody", ...[...labels].map((label) => row(label, practices))),
    );
    find(".compared").hidden = !practices.length;
    find(".empty").hidden = ids.length > 0;
    const number = practices.length === 1 ? "1 practice" : `${practices.length} practices`;
    find(".status").textContent =
      (practices.length ? `${number} side by side.` : "") +
      (lost.length ? ` Not found: ${lost.join(", ")}.` : "");
    comparison.dataset.state = "ready";
  }

  const asked = fromAddress();
  const ids = asked.length ? asked : shortlist.ids();
  history.replaceState(null, "", address(ids));
  show(ids);
})();
