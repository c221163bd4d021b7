/* The explorer: makes the list of all practices follow the search field, the filters, the order
   and the page that its address names. What it shows comes from search-worker.js. */

"use strict";

(() => {
  const explorer = document.querySelector(".explorer");
  const find = (selector) => explorer.querySelector(selector);
  const findAll = (selector) => [...explorer.querySelectorAll(selector)];
  const field = find("input[name=q]");
  const filters = find(".filters");
  const box = find(".all-filters");
  const facets = findAll("[data-facet]");
  const tools = find(".tools");
  const order = find("select[name=sort]");
  const results = find(".results");
  const size = Number(explorer.dataset.pageSize);
  const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const QUIET = 1000; // milliseconds before a screen reader hears what was found
  const MOST_PRINTED = 500;

  if (location.protocol === "file:") {
    find(".from-disk").hidden = false;
    return;
  }

  /* Elements, never from strings of HTML */

  function element(name, className, ...children) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  }

  function button(className, action, ...children) {
    const made = element("button", className, ...children);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  function pieces(parts) {
    return parts.map(([text, isMarked]) => (isMarked ? element("mark", "", text) : text));
  }

  function counted(number) {
    return number === 1 ? "1 practice" : `${number.toLocaleString("en")} practices`;
  }

  function inWords(number) {
    return NUMBERS[number] || String(number);
  }

  /* The state: what the address says */

  function boxesOf(facet) {
    return [...facet.querySelectorAll("input[type=checkbox]")];
  }

  function fromAddress() {
    const query = new URLSearchParams(location.search);
    const chosen = {};
    for (const facet of facets) {
      const there = boxesOf(facet).map((each) => each.value);
      const terms = query.getAll(facet.dataset.facet).filter((term) => there.includes(term));
      if (terms.length) {
        chosen[facet.dataset.facet] = terms;
      }
    }
    const sort = ["newest", "title"].includes(query.get("sort")) ? query.get("sort") : "";
    const page = Math.max(1, Math.floor(Number(query.get("page"))) || 1);
    return { q: query.get("q") || "", chosen, sort, page };
  }

  function asAddress({ q, chosen, sort, page }) {
    const query = new URLSearchParams(q.trim() ? { q } : {});
    for (const [facet, terms] of Object.entries(chosen)) {
      terms.forEach((term) => query.append(facet, term));
    }
    if (sort) {
      query.set("sort", sort);
    }
    if (page > 1) {
      query.set("page", page);
    }
    return query.size ? `?${query}` : location.pathname;
  }

  let state = fromAddress();
  let isTyping = false;

  function isPlain() {
    return asAddress(state) === location.pathname;
  }

  /* Keeps where the visitor is, so that Back and reload lead there again. */
  function remember() {
    const at = document.activeElement;
    const selector = at?.name
      ? `[name="${at.name}"]${at.type === "checkbox" ? `[value="${at.value}"]` : ""}`
      : at?.closest(".results") && `.results a[href="${at.getAttribute("href")}"]`;
    history.replaceState({ scroll: scrollY, focus: selector || "" }, "");
  }

  function go(change, { typed = false } = {}) {
    state = { ...state, page: 1, ...change };
    if (typed && isTyping) {
      history.replaceState(null, "", asAddress(state));
    } else {
      remember();
      history.pushState(null, "", asAddress(state));
    }
    isTyping = typed;
    return show();
  }

  /* The worker */

  const waiting = new Map();
  let worker = null;
  let asked = 0;

  function start() {
    if (!worker) {
      worker = new Worker(explorer.dataset.worker);
      worker.addEventListener("message", ({ data }) => waiting.get(data.id)?.(data));
      worker.addEventListener("error", () => failed("the search program"));
      ask("open", { facets: openFacets() });
    }
  }

  /* Sends a task; `answered` hears every answer to it. */
  function ask(task, details, answered = () => {}) {
    start();
    asked += 1;
    const id = asked;
    const base = new URL(explorer.dataset.search, location.href).href;
    waiting.set(id, ({ answer, error }) => {
      if (error || answer.isLast) {
        waiting.delete(id);
      }
      if (error) {
        failed(error);
      } else {
        answered(answer);
      }
    });
    worker.postMessage({ id, task, base, ...details });
    return id;
  }

  function failed(reason) {
    find(".notes").replaceChildren(element("p", "", "The search could not be loaded. Try again, or use the lists at the foot of the page."));
    explorer.dataset.state = "failed";
    console.warn(reason);
  }

  function openFacets() {
    return facets.filter((facet) => facet.open).map((facet) => facet.dataset.facet);
  }

  let newest = 0; // the number of the last question about the list
  let shown = null; // the last answer to it

  /* Shows the list that the state asks for; resolves when all of it is there. */
  function show(most = size) {
    reflect();
    explorer.dataset.state = "busy";
    return new Promise((resolve) => {
      const id = ask("find", { ...state, size: most, facets: openFacets() }, (answer) => {
        if (id !== newest) {
          return;
        }
        if (answer.isLast) {
          results.append(...answer.cards.map(card));
          explorer.dataset.state = "ready";
          resolve();
        } else {
          shown = answer;
          render(answer);
        }
      });
      newest = id;
    });
  }

  /* The form, as the state has it */

  function reflect() {
    if (field.value !== state.q) {
      field.value = state.q;
    }
    for (const facet of facets) {
      const chosen = state.chosen[facet.dataset.facet] || [];
      for (const each of boxesOf(facet)) {
        each.checked = chosen.includes(each.value);
        if (each.checked && each.closest(".more")) {
          unfold(facet, true);
        }
      }
      facet.querySelector(".chosen").textContent = chosen.length ? `${chosen.length} chosen` : "";
    }
    const number = chosenTerms().length;
    box.querySelector(".chosen").textContent = number ? `${number} chosen` : "";
    order.value = state.sort || (state.q.trim() ? "" : "newest");
    order.querySelector("[data-needs-query]").disabled = !state.q.trim();
  }

  function chosenTerms() {
    return Object.entries(state.chosen).flatMap(([facet, terms]) => terms.map((term) => [facet, term]));
  }

  function named([facet, term]) {
    const details = facets.find((each) => each.dataset.facet === facet);
    const label = boxesOf(details).find((each) => each.value === term).nextElementSibling;
    return `${details.querySelector("summary").firstChild.textContent.trim()}: ${label.textContent}`;
  }

  function removed([facet, term]) {
    const chosen = { ...state.chosen };
    chosen[facet] = chosen[facet].filter((other) => other !== term);
    if (!chosen[facet].length) {
      delete chosen[facet];
    }
    return { chosen };
  }

  function unfold(facet, isWhole) {
    const more = facet.querySelector(".show-more");
    if (more) {
      facet.querySelector("fieldset").classList.toggle("short", !isWhole);
      more.dataset.label ||= more.firstChild.textContent;
      more.firstChild.textContent = isWhole ? "Show fewer" : more.dataset.label;
    }
  }

  /* The list */

  function render(answer) {
    const terms = chosenTerms();
    const text = status(answer, terms.length);
    find(".status").textContent = text;
    announce(text);
    find(".chips").replaceChildren(...chips(terms));
    find(".notes").replaceChildren(...notes(answer, terms));
    find(".ways-out").hidden = answer.total > 0;
    tools.hidden = !answer.total;
    find(".show-results").textContent = `Show ${counted(answer.total)}`;
    results.replaceChildren(...answer.cards.map(card));
    find(".pagination")?.remove();
    if (answer.pages > 1) {
      results.after(pagination(answer));
    }
    for (const facet of facets) {
      recount(facet, answer);
    }
  }

  function recount(facet, { counts, total }) {
    const numbers = counts[facet.dataset.facet];
    const isChosen = facet.dataset.facet in state.chosen;
    for (const each of numbers ? boxesOf(facet) : []) {
      const number = numbers[each.value] || 0;
      const isIdle = number === 0 || (isChosen && !each.checked && number === total);
      const item = each.closest("li");
      item.querySelector(".count").textContent = number.toLocaleString("en");
      item.classList.toggle("idle", isIdle && !each.checked);
    }
  }

  let announcing = 0;

  function announce(text) {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      find(".announced").textContent = text;
    }, QUIET);
  }

  function status({ total }, number) {
    const sentence = [counted(total)];
    if (number) {
      sentence.push(number === 1 ? "1 filter" : `${number} filters`);
    }
    return sentence.join(", ");
  }

  function chips(terms) {
    const all = terms.map((pair) => {
      const label = named(pair);
      const chip = button("chip", () => go(removed(pair)).then(() => find(".chips button, #list").focus()), label);
      chip.setAttribute("aria-label", `Remove filter: ${label.replace(":", "")}`);
      return element("li", "", chip);
    });
    if (terms.length > 1) {
      all.push(element("li", "", button("link", () => go({ chosen: {} }), "Clear all filters")));
    }
    return all;
  }

  function notes(answer, terms) {
    const { total, have, of, words, ignored } = answer;
    const made = [];
    for (const { word, instead, isKnown } of words) {
      if (instead.length) {
        made.push(didYouMean(word, instead));
      } else if (!isKnown && of > 1) {
        made.push(element("p", "", `No practice has “${word}”.`));
      }
    }
    if (have && have < of) {
      const all = of === 2 ? "both words" : `all ${inWords(of)} words`;
      const which = total === 1 ? "this one has" : "these have";
      made.push(element("p", "", `No practice has ${all}; ${which} ${inWords(have)}.`));
    }
    if (ignored.length) {
      made.push(element("p", "", `Only the first ${words.length} words were searched for.`));
    }
    if (!total) {
      made.push(...deadEnd(answer, terms));
    }
    return made;
  }

  function didYouMean(word, instead) {
    const note = element("p", "", `No practice has “${word}”. Did you mean `);
    instead.slice(0, 3).forEach((other, i) => {
      const q = state.q.normalize("NFC").replace(new RegExp(word, "iu"), other);
      note.append(i ? " or " : "", button("link", () => go({ q }), `“${other}”`));
    });
    note.append("? This is what it finds.");
    return note;
  }

  /* What to do when nothing is left: which filters to take back, each with what that would give. */
  function deadEnd({ found, without, withoutWords }, terms) {
    const asked = state.q.trim() ? ` for “${state.q.trim()}”` : "";
    const narrowed = terms.length ? ` with ${terms.map(named).join(" and ")}` : "";
    const made = [element("p", "nothing", `No practice is found${asked}${narrowed}.`)];
    const best = without.reduce((a, b) => (b[2] > (a?.[2] || 0) ? b : a), null);
    const way = (label, change, number) =>
      element("p", "", button("link", () => go(change), label), ` (${counted(number)})`);
    if (best) {
      made.push(way(`Remove ${named(best)}`, removed(best), best[2]));
    }
    if (found && terms.length > 1) {
      made.push(way("Remove all filters", { chosen: {} }, found));
    }
    if (terms.length && asked && withoutWords) {
      made.push(way(`Forget “${state.q.trim()}” and keep the filters`, { q: "" }, withoutWords));
    }
    return made;
  }

  function card({ id, title, about, summary, terms, language, isHidden }) {
    const link = element("a", "", ...pieces(title));
    link.href = `${id}.html`;
    const heading = element("h3", "", link);
    const text = element("p", "", ...pieces(summary));
    const item = element("li", "", heading);
    if (about.length) {
      item.append(element("p", "meta", about.join(" · ")));
    }
    item.append(text);
    [heading, text].forEach((each) => {
      each.dir = "auto";
      each.lang = language;
    });
    if (terms.length) {
      item.append(element("p", "meta of-terms", ...pieces(terms)));
    }
    if (isHidden) {
      item.dataset.language = language;
      onceSeen.observe(item);
    }
    return withShortlist(item, id);
  }

  /* Where words stand neither in the title nor in the summary, the text is read: once the
     result is in sight, since that is the whole page of the practice. */
  const onceSeen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        onceSeen.unobserve(target);
        addSnippet(target);
      }
    }
  });

  async function addSnippet(item) {
    const page = await shortlist.page(item.querySelector("h3 a").href).catch(() => null);
    if (!page) {
      return;
    }
    const text = page.querySelector(".prose").textContent;
    const facts = [...page.querySelectorAll(".facts dd:not(.group)")].map((each) => each.textContent);
    const { language } = item.dataset;
    ask("snippet", { text, facts, language, terms: shown.terms }, ({ pieces: parts }) => {
      if (parts.length && !item.querySelector(".snippet")) {
        const snippet = element("p", "snippet", ...pieces(parts));
        [snippet.lang, snippet.dir] = [language, "auto"];
        item.querySelector("h3 ~ p:not(.meta)").after(snippet);
      }
    });
  }

  function pagination({ page, pages }) {
    const link = (number, text, rel) => {
      const made = element("a", "", text);
      made.href = asAddress({ ...state, page: number });
      made.rel = rel;
      made.addEventListener("click", (event) => {
        event.preventDefault();
        go({ page: number }).then(() => find("#list").focus());
      });
      return made;
    };
    const nav = element("nav", "pagination");
    nav.setAttribute("aria-label", "Pages of this list");
    nav.append(
      ...(page > 1 ? [link(page - 1, "Previous", "prev")] : []),
      element("span", "", `Page ${page} of ${pages}`),
      ...(page < pages ? [link(page + 1, "Next", "next")] : []),
    );
    return nav;
  }

  /* The shortlist, and taking the list along */

  function withShortlist(item, id) {
    const add = button("link shortlisted", () => {
      add.dataset.failed = shortlist.toggle(id) ? "" : "This browser keeps nothing";
      reflectShortlist();
    });
    add.dataset.id = id;
    item.append(add);
    name(add);
    return item;
  }

  function name(add) {
    const isOn = shortlist.ids().includes(add.dataset.id);
    const title = element("span", "unseen", `: ${add.parentElement.querySelector("h3").textContent}`);
    add.replaceChildren(
      add.dataset.failed || (isOn ? "Remove from shortlist" : "Add to shortlist"),
      title,
    );
  }

  function reflectShortlist() {
    findAll(".shortlisted").forEach(name);
    const number = shortlist.ids().length;
    find(".shortlist").hidden = !number;
    find(".shortlist a").textContent = `Compare the ${counted(number)} on your shortlist`;
  }

  /* Line n of the data is practice number n, behind the header or the opening bracket. */
  async function download(link) {
    const response = await fetch(link.href);
    const isTable = link.dataset.format === "csv";
    const lines = (await response.text()).split(isTable ? "\r\n" : "\n");
    const chosen = shown.numbers.map((number) => lines[number + 1].replace(/,$/, ""));
    const text = isTable
      ? `\ufeff${[lines[0], ...chosen, ""].join("\r\n")}`
      : `[\n${chosen.join(",\n")}\n]\n`;
    const made = element("a", "");
    made.href = URL.createObjectURL(new Blob([text], { type: isTable ? "text/csv" : "application/json" }));
    made.download = link.download;
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), QUIET);
  }

  /* What visitors do */

  explorer.querySelector(".search").addEventListener("focusin", start);
  field.addEventListener("input", () => go({ q: field.value, sort: "" }, { typed: true }));
  field.addEventListener("change", () => {
    isTyping = false;
  });
  explorer.querySelector(".search").addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value !== state.q) {
      go({ q: field.value });
    }
    isTyping = false;
  });
  filters.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox") {
      const facet = facets.find((each) => each.dataset.facet === target.name);
      const terms = boxesOf(facet).filter((each) => each.checked).map((each) => each.value);
      const chosen = { ...state.chosen, [target.name]: terms };
      if (!terms.length) {
        delete chosen[target.name];
      }
      go({ chosen });
    }
  });
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    box.open = false;
    find("#list").focus();
  });
  for (const facet of facets) {
    facet.addEventListener("toggle", () => facet.open && shown && show());
    facet.querySelector(".show-more")?.addEventListener("click", () => {
      unfold(facet, facet.querySelector(".short") !== null);
    });
    facet.querySelector(".within input")?.addEventListener("input", ({ target }) => {
      const wanted = target.value.trim().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
      unfold(facet, true);
      for (const each of boxesOf(facet)) {
        const label = each.parentElement.textContent.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
        each.closest("li").hidden = !each.checked && !label.includes(wanted);
      }
    });
  }
  order.addEventListener("change", () => go({ sort: order.value === "newest" && !state.q.trim() ? "" : order.value }));
  find(".print").addEventListener("click", () => show(MOST_PRINTED).then(() => print()).then(() => show()));
  findAll(".take a").forEach((link) => link.addEventListener("click", (event) => {
    if (shown) {
      event.preventDefault();
      download(link);
    }
  }));
  document.addEventListener("keydown", (event) => {
    const isFree = !event.target.closest("input, select, textarea");
    if (event.key === "/" && isFree && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  window.addEventListener("pagehide", remember);
  window.addEventListener("storage", reflectShortlist);
  window.addEventListener("popstate", ({ state: kept }) => {
    state = fromAddress();
    isTyping = false;
    show().then(() => restore(kept));
  });

  function restore(kept) {
    if (kept) {
      scrollTo({ top: kept.scroll, behavior: "instant" });
      (kept.focus ? document.querySelector(kept.focus) : null)?.focus({ preventScroll: true });
    }
  }

  /* At the start */

  history.scrollRestoration = "manual";
  filters.hidden = tools.hidden = false;
  const wide = matchMedia("(min-width: 54rem)");
  const fit = () => {
    box.open = wide.matches;
  };
  wide.addEventListener("change", fit);
  fit();
  for (const item of results.children) {
    withShortlist(item, item.querySelector("a").pathname.split("/").pop().replace(/\.html$/, ""));
  }
  reflectShortlist();
  reflect();
  const kept = history.state;
  if (isPlain()) {
    restore(kept);
  } else {
    show().then(() => restore(kept));
  }
  if (location.hash === "#search") {
    field.focus();
  }
})();
