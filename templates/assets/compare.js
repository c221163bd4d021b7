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

  function address(ids) {
    return ids.length ? `?${new URLSearchParams(ids.map((id) => ["id", id]))}` : location.pathname;
  }

  /* The page of a practice, also where it has moved to another address. */
  async function pageOf(href) {
    const page = await shortlist.page(href);
    return page.querySelector("meta[http-equiv=refresh]") ? shortlist.page(page.links[0].href) : page;
  }

  /* What a page says: its title, its summary, its years and reach, and its facts, by label. */
  async function read(id) {
    const href = `practices/${id}.html`;
    const page = await pageOf(href);
    const facts = new Map([["Summary", [page.querySelector(".lead").textContent]]]);
    for (const list of page.querySelectorAll(".glance > div:not(.of-facet), .facts > div")) {
      const cells = list.querySelectorAll("dd:not(.group)");
      facts.set(list.querySelector("dt").textContent, [...cells].map((each) => each.textContent));
    }
    const title = page.querySelector("h1");
    const lang = title.lang || page.documentElement.lang;
    return { id, href, title: title.textContent, lang, dir: title.dir, facts };
  }

  /* The visitor's own shortlist follows what is removed here; another's is left alone. */
  function remove(id) {
    const own = shortlist.ids();
    if (own.length === ids.length && own.every((each) => ids.includes(each))) {
      shortlist.toggle(id);
    }
    ids = ids.filter((other) => other !== id);
    history.replaceState(null, "", address(ids));
    show();
    find(".status").focus();
  }

  function removing(id, title) {
    const button = element("button", "Remove", element("span", ` ${title}`));
    button.type = "button";
    button.className = "link";
    button.lastChild.className = "unseen";
    button.addEventListener("click", () => remove(id));
    return button;
  }

  function head({ id, href, title, lang, dir }) {
    const link = element("a", title);
    link.href = href;
    const cell = element("th", link, removing(id, title));
    cell.scope = "col";
    [link.dir, link.lang] = [dir, lang];
    return cell;
  }

  function row(label, practices) {
    const heading = element("th", label);
    heading.scope = "row";
    const cells = practices.map(({ facts, lang, dir }) => {
      const cell = element("td", ...(facts.get(label) || ["–"]).map((line) => element("p", line)));
      cell.dir = "auto";
      if (label === "Summary") {
        [cell.lang, cell.dir] = [lang, dir];
      }
      return cell;
    });
    return element("tr", heading, ...cells);
  }

  function show() {
    const practices = ids.map((id) => pages.get(id)).filter(Boolean);
    const lost = ids.filter((id) => !pages.get(id));
    const labels = new Set(practices.flatMap(({ facts }) => [...facts.keys()]));
    table.replaceChildren(
      table.caption,
      element("thead", element("tr", element("td"), ...practices.map(head))),
      element("tbody", ...[...labels].map((label) => row(label, practices))),
    );
    find(".compared").hidden = !practices.length;
    find(".empty").hidden = ids.length > 0;
    const number = practices.length === 1 ? "1 practice." : `${practices.length} practices side by side.`;
    find(".status").textContent = practices.length ? number : "";
    find(".lost").replaceChildren(
      ...lost.map((id) => element("li", `There is no practice “${id}” here, or it could not be loaded. `, removing(id, id))),
    );
    comparison.dataset.state = "ready";
  }

  const asked = new URLSearchParams(location.search).getAll("id");
  let ids = [...new Set(asked.length ? asked : shortlist.ids())].filter((id) => /^[a-z0-9-]+$/.test(id));
  const pages = new Map(); // what the page of each says, or null
  history.replaceState(null, "", address(ids));
  find(".status").textContent = "Loading …";
  Promise.all(ids.map(async (id) => pages.set(id, await read(id).catch(() => null)))).then(show);
})();
