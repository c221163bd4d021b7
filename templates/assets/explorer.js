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
  const boxes = findAll("[data-facet] input[type=checkbox]");
  const choices = boxes.map((each) => {
    const item = each.closest("li");
    return { each, item, count: item.querySelector(".count") };
  });
  const tools = find(".tools");
  const order = find("select[name=sort]");
  const results = find(".results");
  const size = Number(explorer.dataset.pageSize);
  const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const PATIENCE = 400; // milliseconds in which a visitor may go on to another list
  const QUIET = 1000; // milliseconds before a screen reader hears what was found
  const MOST_PRINTED = 500;
  const SEARCHING = "Searching …";

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

  const { format: written } = new Intl.NumberFormat("en");

  function counted(number) {
    return number === 1 ? "1 practice" : `${written(number)} practices`;
  }

  function inWords(number) {
    return NUMBERS[number] || String(number);
  }

  /* The state: what the address says */

  /* The terms, by facet, whose boxes fit. */
  function termsOf(fits) {
    const chosen = {};
    for (const { name, value } of boxes.filter(fits)) {
      (chosen[name] ||= []).push(value);
    }
    return chosen;
  }

  function fromAddress() {
    const query = new URLSearchParams(location.search);
    const sort = ["newest", "title"].includes(query.get("sort")) ? query.get("sort") : "";
    return {
      q: query.get("q") || "",
      chosen: termsOf(({ name, value }) => query.getAll(name).includes(value)),
      sort,
      page: Math.max(1, Math.floor(Number(query.get("page"))) || 1),
    };
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
    return `${query}` && `?${query}`;
  }

  let state = fromAddress();
  let isTyping = false;

  /* Where the visitor was, by entry of the history, so that Back and reload lead there again: what
     had the focus, and how far down the window it was, since what stands above it may grow. */
  const places = {};
  let place = history.state?.place; // the name of the entry: when it was made
  let isComingBack = false;

  function remember() {
    if (isComingBack) {
      return; // what is shown is still another place
    }
    const at = document.activeElement || document.body;
    const focus = ["name", "value", "href", "data-id"]
      .filter((attribute) => at.hasAttribute(attribute))
      .map((attribute) => `[${attribute}=${JSON.stringify(at.getAttribute(attribute))}]`)
      .join("");
    places[place] = { scroll: scrollY, focus, top: at.getBoundingClientRect().top };
  }

  /* Writes all places down, or reads them, for when the page is left and comes back. */
  function keepPlaces() {
    remember();
    try {
      sessionStorage.setItem("places", JSON.stringify(places));
    } catch {
      // Back then leads to the top of the list
    }
  }

  function readPlaces() {
    try {
      Object.assign(places, JSON.parse(sessionStorage.getItem("places")));
    } catch {
      // as above
    }
  }

  function newPlace() {
    place = Date.now();
    return { place };
  }

  function comeBack() {
    isComingBack = true;
    show().then(restore);
  }

  function restore() {
    isComingBack = false;
    const kept = places[place];
    if (kept) {
      const at = kept.focus ? document.querySelector(kept.focus) : null;
      at?.focus({ preventScroll: true });
      const top = at ? scrollY + at.getBoundingClientRect().top - kept.top : kept.scroll;
      scrollTo({ top, behavior: "instant" });
    }
  }

  /* The worker is asked first of all: it answers while the page does the rest. */
  function go(change, { typed = false } = {}) {
    state = { ...state, page: 1, ...change };
    isComingBack = false;
    const done = show();
    const address = asAddress(state) || location.pathname;
    if (typed && isTyping) {
      history.replaceState({ place }, "", address);
    } else {
      remember();
      history.pushState(newPlace(), "", address);
    }
    isTyping = typed;
    results.classList.add("unvisited");
    reflect();
    return done;
  }

  function toList() {
    find(".status").focus({ preventScroll: true });
    find(".status").scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /* For what disappears when it is pressed: the focus goes to the line above the new list. */
  function turn(change) {
    return go(change).then(toList);
  }

  /* The worker */

  const base = new URL(explorer.dataset.search, location.href).href;
  /* The policy of the page lets nothing but this address become a program. */
  const program = (
    window.trustedTypes?.createPolicy("search", {
      createScriptURL: (address) => {
        if (new URL(address, document.baseURI).origin !== location.origin) {
          throw new TypeError("The worker is a file of this site.");
        }
        return address;
      },
    }) ?? { createScriptURL: (address) => address }
  ).createScriptURL(explorer.dataset.worker);
  const waiting = new Map();
  let worker = null;
  let opening = null; // while the manifest is fetched, which is when the worker is loaded too
  let asked = 0;

  function start() {
    if (!worker) {
      worker = new Worker(program);
      worker.addEventListener("message", ({ data }) => waiting.get(data.id)?.(data));
      worker.addEventListener("error", ({ message = "The worker could not be loaded." }) => {
        worker = null;
        [...waiting.values()].forEach((hear) => hear({ error: message }));
      });
      opening = fetch(`${base}index.json`, { cache: "no-cache" })
        .then((response) => (response.ok ? response.json() : null))
        .catch(() => null) // the worker tries again, and tells
        .then((manifest) => {
          opening = null;
          worker?.postMessage({ task: "prepare", base, manifest, facets: openFacets() });
        });
    }
  }

  /* Sends a task; `answered` hears every answer to it, `refused` why there is none. */
  function ask(task, details, answered, refused = console.warn) {
    start();
    asked += 1;
    const id = asked;
    waiting.set(id, ({ answer, error }) => {
      if (error || answer.isLast) {
        waiting.delete(id);
      }
      if (!error) {
        answered(answer);
      } else {
        refused(error);
      }
    });
    const send = () => worker?.postMessage({ id, task, base, ...details });
    if (opening) {
      opening.then(send);
    } else {
      send();
    }
    return id;
  }

  function failed(reason) {
    if (["busy", "shown"].includes(explorer.dataset.state)) {
      clearTimeout(waitingLong);
      const again = button("link", comeBack, "Try again");
      find(".status").textContent = "The search could not be loaded.";
      find(".notes").replaceChildren(
        element("p", "", "This list is not what you asked for. ", again, ", or use the lists at the foot of the page."),
      );
      announce(find(".status").textContent);
      explorer.dataset.state = "failed";
      console.warn(reason);
    }
  }

  function openFacets() {
    return facets.filter((facet) => facet.open).map((facet) => facet.dataset.facet);
  }

  let newest = 0; // the number of the last question about the list
  let shown = null; // the last answer to it
  let waitingLong = 0;

  /* Shows the list that the state, but for `other`, asks for; resolves when all of it is there. */
  function show(other = {}) {
    explorer.dataset.state = "busy";
    clearTimeout(waitingLong);
    waitingLong = setTimeout(() => {
      find(".status").textContent = SEARCHING;
    }, PATIENCE);
    clearTimeout(stopping);
    onceSeen.disconnect();
    return new Promise((resolve) => {
      const id = ask("find", { ...state, size, facets: openFacets(), ...other }, (answer) => {
        if (id !== newest) {
          return;
        }
        if (answer.isLast) {
          results.append(...answer.cards.map(card));
          addSnippets();
          explorer.dataset.state = "ready";
          resolve();
        } else {
          shown = answer;
          render(answer);
          explorer.dataset.state = "shown";
        }
      }, (error) => id === newest && failed(error));
      newest = id;
    });
  }

  /* The form, as the state has it */

  function reflect() {
    if (field.value !== state.q) {
      field.value = state.q;
    }
    for (const each of boxes) {
      each.checked = (state.chosen[each.name] || []).includes(each.value);
    }
    for (const each of [box, ...facets]) {
      const number = each.querySelectorAll(":checked").length;
      each.querySelector(".chosen").textContent = number ? `${number} chosen` : "";
    }
    facets.forEach((facet) => fold(facet));
    order.value = state.sort || (state.q.trim() ? "" : "newest");
    order.querySelector("[data-needs-query]").disabled = !state.q.trim();
  }

  /* The names of the facet and of the term that a box is for. */
  function named(each) {
    const summary = each.closest("[data-facet]").querySelector("summary");
    return [summary.firstChild.textContent.trim(), each.nextElementSibling.textContent];
  }

  function without(removed) {
    return { chosen: termsOf((each) => each.checked && each !== removed) };
  }

  /* Shows the first terms of a facet and the chosen ones, or all that fit what is looked for. */
  function fold(facet, isShort = facet.querySelector(".short") !== null) {
    const more = facet.querySelector(".show-more");
    if (more) {
      const number = facet.querySelectorAll("li.more:not(:has(:checked))").length;
      facet.querySelector("fieldset").classList.toggle("short", isShort);
      more.firstChild.textContent = isShort ? `Show ${number} more` : "Show fewer";
      more.hidden = Boolean(facet.querySelector(".within input")?.value.trim()) || (isShort && !number);
    }
  }

  function bare(text) {
    return text.trim().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  }

  function findTerm(facet, wanted) {
    const items = [...facet.querySelectorAll("li")];
    for (const item of items) {
      const isChosen = item.querySelector(":checked") !== null;
      item.hidden = !isChosen && !bare(item.querySelector("label > span").textContent).includes(bare(wanted));
    }
    const number = items.filter((item) => !item.hidden).length;
    facet.querySelector(".no-term").hidden = number > 0;
    fold(facet, !wanted.trim());
    announce(`${number} of ${items.length} in this filter`);
  }

  /* The list */

  function render(answer) {
    clearTimeout(waitingLong);
    const chosen = boxes.filter((each) => each.checked);
    const text = status(answer.total, chosen.length);
    const query = state.q.trim() && element("span", "printed", ` for “${state.q.trim()}”`);
    find(".status").replaceChildren(text, query);
    announce(text);
    find(".chips").replaceChildren(...chips(chosen));
    find(".notes").replaceChildren(...notes(answer, chosen));
    find(".ways-out").hidden = answer.total > 0;
    tools.hidden = !answer.total;
    find(".show-results").textContent = `Show ${answer.total === 1 ? "1 result" : `${written(answer.total)} results`}`;
    results.replaceChildren(...answer.cards.map(card));
    paginate(answer);
    choices.forEach((choice) => recount(choice, answer));
  }

  /* A term is idle where choosing it would leave the list empty, or as it is. */
  function recount({ each, item, count }, { counts, total }) {
    if (counts[each.name]) {
      const number = counts[each.name][each.value] || 0;
      const isSame = each.name in state.chosen && number === total;
      if (count.textContent !== written(number)) {
        count.textContent = written(number);
      }
      item.classList.toggle("idle", !each.checked && (number === 0 || isSame));
    }
  }

  let announcing = 0;

  function announce(text) {
    clearTimeout(announcing);
    announcing = setTimeout(() => {
      find(".announced").textContent = text;
    }, QUIET);
  }

  function status(total, number) {
    const filtered = number === 1 ? ", 1 filter" : `, ${number} filters`;
    return counted(total) + (number ? filtered : "");
  }

  function chips(chosen) {
    const all = chosen.map((each) => {
      const [facet, term] = named(each);
      const remove = () => go(without(each)).then(() => (find(".chip") ? find(".chip").focus() : toList()));
      const label = [element("span", "unseen", "Remove filter: "), element("span", "of", facet)];
      return element("li", "", button("chip", remove, ...label, ` ${term}`));
    });
    if (chosen.length > 1) {
      all.push(element("li", "", button("link", () => turn({ chosen: {} }), "Clear all filters")));
    }
    return all;
  }

  function notes(answer, chosen) {
    const { total, have, of, words, ignored } = answer;
    const made = [];
    for (const { word, instead, isKnown } of words) {
      if (instead.length) {
        made.push(didYouMean(word, instead));
      } else if (!isKnown && of > 1) {
        made.push(element("p", "", `No practice has “${word}”.`));
      }
    }
    if (total && words.some(({ instead }) => instead.length)) {
      made.push(element("p", "", "The list shows practices with words like that."));
    }
    if (total && have < of) {
      const all = of === 2 ? "both words" : `all ${inWords(of)} words`;
      const which = total === 1 ? "this one has" : "these have";
      made.push(element("p", "", `No practice has ${all}; ${which} ${inWords(have)}.`));
    }
    if (ignored.length) {
      made.push(element("p", "", `Only the first ${words.length} words were searched for.`));
    }
    if (!total) {
      made.push(...deadEnd(answer, chosen));
    }
    return made;
  }

  function didYouMean(word, instead) {
    const note = element("p", "", `No practice has “${word}”. Did you mean `);
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, "iu");
    instead.slice(0, 3).forEach((other, i) => {
      const q = state.q.normalize("NFC").replace(whole, other);
      note.append(i ? " or " : "", button("link", () => turn({ q }), `“${other}”`));
    });
    note.append("?");
    return note;
  }

  /* The chosen terms in words: "Country: Italy or Spain, and Target: Parents". */
  function inSentence(chosen) {
    const facets = new Map();
    for (const [facet, term] of chosen.map(named)) {
      facets.set(facet, facets.has(facet) ? `${facets.get(facet)} or ${term}` : term);
    }
    return [...facets].map((pair) => pair.join(": ")).join(", and ");
  }

  /* What to do when nothing is left: what to take back, each with what that would give. */
  function deadEnd({ found, without: freed, withoutWords, alone }, chosen) {
    const query = state.q.trim();
    const made = [];
    const way = (text, change, number) => {
      if (number) {
        made.push(element("p", "", button("link", () => turn(change), text), ` (${counted(number)})`));
      }
    };
    const most = (list) => list.reduce((a, b) => (b.at(-1) > a.at(-1) ? b : a), [0]);
    const [facet, term, number] = most(freed);
    const best = boxes.find((each) => each.name === facet && each.value === term);
    if (best) {
      way(`Remove ${inSentence([best])}`, without(best), number);
    }
    if (chosen.length > 1) {
      way("Remove all filters", { chosen: {} }, found);
    }
    if (chosen.length && query) {
      const [word, having] = alone.length > 1 ? most(alone) : [];
      way(`Search for “${word}” only, and keep the filters`, { q: word }, having);
      way(`Forget “${query}” and keep the filters`, { q: "" }, withoutWords);
    }
    const asked = query ? ` for “${query}”` : "";
    const narrowed = chosen.length ? ` with ${inSentence(chosen)}` : "";
    return [element("p", "nothing", `No practice is found${asked}${narrowed}.`), ...made];
  }

  function card({ id, title, about, summary, terms, language, direction, isHidden }) {
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
      each.dir = direction;
      each.lang = language;
    });
    if (terms.length) {
      item.append(element("p", "meta of-terms", ...pieces(terms)));
    }
    if (isHidden) {
      item.dataset.language = language;
    }
    return withShortlist(item, id);
  }

  /* Where words stand neither in the title nor in the summary, the text is read, which is the whole
     page of the practice: once the result is in sight of somebody who has stopped typing. */
  function addSnippets() {
    stopping = setTimeout(() => {
      findAll(".results > [data-language]").forEach((item) => onceSeen.observe(item));
    }, PATIENCE);
  }

  let stopping = 0;
  const onceSeen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        onceSeen.unobserve(target);
        addSnippet(target);
      }
    }
  });

  const texts = new Map(); // of practices, by address

  async function read(address) {
    const page = await shortlist.page(address);
    const facts = [...page.querySelectorAll(".facts dd:not(.group)")].map((each) => each.textContent);
    return { text: page.querySelector(".prose").textContent, facts };
  }

  async function addSnippet(item) {
    const { href } = item.querySelector("h3 a");
    if (!texts.has(href)) {
      texts.set(href, read(href));
    }
    const found = await texts.get(href).catch(() => texts.delete(href) && null);
    if (!found) {
      return;
    }
    const { lang: language, dir } = item.querySelector("h3");
    ask("snippet", { ...found, language, terms: shown.terms }, ({ pieces: parts }) => {
      if (parts.length && !item.querySelector(".snippet")) {
        const snippet = element("p", "snippet", ...pieces(parts));
        [snippet.lang, snippet.dir] = [language, dir];
        item.querySelector("h3 ~ p:not(.meta)").after(snippet);
      }
    });
  }

  function paginate({ page, pages }) {
    const link = (number, text, rel) => {
      const made = element("a", "", text);
      made.href = asAddress({ ...state, page: number }) || location.pathname;
      made.rel = rel;
      made.addEventListener("click", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          turn({ page: number });
        }
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
    find(".pagination")?.remove();
    if (pages > 1) {
      results.after(nav);
    }
  }

  /* The shortlist, and taking the list along */

  function withShortlist(item, id) {
    const add = button("link", () => {
      const isKept = shortlist.toggle(id);
      reflectShortlist();
      if (!isKept) {
        add.nextElementSibling.textContent = "Your browser does not let this site keep a shortlist.";
      }
      announce(isKept ? find(".shortlist").textContent : add.nextElementSibling.textContent);
    });
    add.dataset.id = id;
    item.append(element("p", "meta shortlisted", add, element("span", "")));
    nameShortlisted(add);
    return item;
  }

  function nameShortlisted(add) {
    const isOn = shortlist.ids().includes(add.dataset.id);
    const title = element("span", "unseen", ` ${add.closest("li").querySelector("h3").textContent}`);
    add.replaceChildren(isOn ? "Remove from shortlist" : "Add to shortlist", title);
    add.nextElementSibling.textContent = isOn ? "Kept in this browser only." : "";
  }

  function reflectShortlist() {
    findAll(".shortlisted button").forEach(nameShortlisted);
    const number = shortlist.ids().length;
    const [link, note] = find(".shortlist").children;
    link.hidden = !number;
    link.textContent = `Compare the ${counted(number)} on your shortlist.`;
    note.textContent = number
      ? "It is kept in this browser only."
      : "Your shortlist is empty. What you add to it is kept in this browser only.";
  }

  /* Prints all results, not only those of this page of the list. */
  async function printAll() {
    await show({ page: 1, size: MOST_PRINTED });
    if (shown.total > MOST_PRINTED) {
      find(".status").append(`, of which these are the first ${MOST_PRINTED}`);
    }
    window.addEventListener("afterprint", () => show(), { once: true });
    print();
  }

  /* Line n of the data is practice number n, behind the header or the opening bracket. */
  async function download(link) {
    const { numbers, version } = await new Promise((resolve, reject) => {
      ask("numbersOf", state, resolve, reject);
    });
    const response = await fetch(`${link.href}?v=${version}`); // for the same numbers
    if (!response.ok) {
      throw new Error(`${link.href}: ${response.status}`);
    }
    const isTable = link.dataset.format === "csv";
    const lines = (await response.text()).split(isTable ? "\r\n" : "\n");
    const chosen = numbers.map((number) => lines[number + 1].replace(/,$/, ""));
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
  field.addEventListener("input", () => go({ q: field.value }, { typed: true }));
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
      go({ chosen: termsOf((each) => each.checked) });
    }
  });
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!document.activeElement.matches("input")) { // not for Enter in a box
      box.open = false;
      toList();
    }
  });
  for (const facet of facets) {
    facet.addEventListener("toggle", () => facet.open && shown && show());
    facet.querySelector(".show-more")?.addEventListener("click", () => {
      fold(facet, !facet.querySelector(".short"));
    });
    facet.querySelector(".within input")?.addEventListener("input", ({ target }) => {
      findTerm(facet, target.value);
    });
  }
  order.addEventListener("change", () => go({ sort: order.value === "newest" && !state.q.trim() ? "" : order.value }));
  find(".print").addEventListener("click", printAll);
  findAll(".take a").forEach((link) => link.addEventListener("click", (event) => {
    if (shown) {
      event.preventDefault();
      download(link).catch(() => {
        find(".notes").replaceChildren(element("p", "", "This list could not be fetched. Try again."));
      });
    }
  }));
  document.addEventListener("keydown", (event) => {
    const isFree = !event.target.closest("input:not([type=checkbox]), select");
    if (event.key === "/" && isFree && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  window.addEventListener("pagehide", keepPlaces);
  document.addEventListener("visibilitychange", keepPlaces); // the last that telephones tell
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) {
      readPlaces(); // another page may have added to them meanwhile
    }
    reflectShortlist();
  });
  window.addEventListener("storage", reflectShortlist);
  window.addEventListener("popstate", ({ state: entry }) => {
    remember();
    if (entry) {
      place = entry.place;
    } else {
      history.replaceState(newPlace(), ""); // a link within the page
    }
    const before = asAddress(state);
    state = fromAddress();
    isTyping = false;
    if (asAddress(state) === before) {
      restore(); // the way to a place on the page, or back from it
    } else {
      results.classList.remove("unvisited");
      comeBack();
      reflect();
    }
  });

  /* At the start */

  history.scrollRestoration = "manual";
  tools.hidden = find(".shortlist").hidden = false;
  filters.hidden = !facets.length;
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
  readPlaces();
  if (!history.state) {
    history.replaceState(newPlace(), "");
  }
  if (asAddress(state)) {
    find(".status").textContent = SEARCHING;
    comeBack();
  } else {
    paginate({ page: 1, pages: Math.ceil(explorer.dataset.total / size) });
    restore();
  }
  if (location.hash === "#search") {
    field.focus();
  }
})();
