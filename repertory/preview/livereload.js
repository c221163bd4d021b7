/* Follows the builds: shows the new page where the old one was, or what keeps it from being built.
   It runs before the scripts of the page, which therefore find open what was open. */

"use strict";

(() => {
  const own = document.currentScript.dataset;
  const place = `repertory ${location.pathname}${location.search}`;
  let epoch = own.epoch; // of the site that is shown
  let isLeaving = false;

  /* What a visitor has done to the page, over the reload */

  /* Everything that can be opened or filled in, by a name that outlives a change of the page. */
  function parts() {
    const found = new Map();
    const times = {};
    for (const part of document.querySelectorAll("details, input, select, textarea")) {
      if (!part.matches("[type=password], [type=file], [type=hidden]")) {
        const summary = part.querySelector(":scope > summary")?.firstChild?.textContent.trim();
        const isBox = part.matches("[type=checkbox], [type=radio]");
        const label = part.getAttribute("aria-label");
        const name = [part.localName, part.id, part.name, label, isBox && part.value, summary].join();
        times[name] = (times[name] || 0) + 1;
        found.set(`${name},${times[name]}`, [part, part.localName === "details" ? "open" : isBox ? "checked" : "value"]);
      }
    }
    return found;
  }

  function isAsMade(part, property) {
    return property === "checked" ? part.checked === part.defaultChecked : part.value === part.defaultValue;
  }

  function keep() {
    const found = [...parts()];
    const changed = found.filter(([, [part, property]]) => property === "open" || !isAsMade(part, property));
    const kept = {
      left: scrollX,
      top: scrollY,
      focus: found.find(([, [part]]) => part === document.activeElement)?.[0],
      values: changed.map(([name, [part, property]]) => [name, part[property]]),
    };
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
    } catch {
      // then the page begins anew
    }
  }

  function take() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(place));
      sessionStorage.removeItem(place);
      return kept;
    } catch {
      return null;
    }
  }

  function restore({ values }, fits) {
    const found = parts();
    for (const [name, value] of values) {
      const [part, property] = found.get(name) || [];
      const isGone = part?.localName === "select" && ![...part.options].some((option) => option.value === value);
      if (part && !isGone && fits(property) && part[property] !== value) {
        part[property] = value;
        if (property !== "open") { // so that the scripts of the page follow
          part.dispatchEvent(new Event("input", { bubbles: true }));
          part.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
    }
  }

  function restoreAll(kept) {
    restore(kept, () => true);
    parts().get(kept.focus)?.[0].focus({ preventScroll: true });
    scrollTo({ left: kept.left, top: kept.top, behavior: "instant" });
  }

  /* The next page */

  function reload() {
    if (!isLeaving) {
      isLeaving = true;
      keep();
      location.reload();
    }
  }

  function sheets(page) {
    return [...page.querySelectorAll("link[rel~=stylesheet]")];
  }

  /* Puts another stylesheet in the place of one, without a moment that has neither. */
  function swap([old, next]) {
    const link = old.cloneNode();
    link.href = next.getAttribute("href");
    link.addEventListener("load", () => old.remove());
    link.addEventListener("error", reload);
    old.after(link);
  }

  /* Fetches this page again, as a document: the page's policy lets no text become one. */
  function fetched() {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("GET", location.href);
      request.responseType = "document";
      request.addEventListener("load", () => resolve(request.response));
      request.addEventListener("error", reject);
      request.send();
    });
  }

  /* Where only the stylesheets of the page are others, they are exchanged. */
  async function update() {
    const next = await fetched();
    const { page, epoch: reached } = next.querySelector("script[data-epoch]")?.dataset || {};
    const [before, after] = [sheets(document), sheets(next)];
    const isOther = (link, i) => link.getAttribute("href") !== after[i]?.getAttribute("href");
    const others = before.filter(isOther);
    if (page === own.page && before.length === after.length && others.length) {
      others.map((link) => [link, after[before.indexOf(link)]]).forEach(swap);
      epoch = reached;
    } else {
      reload(); // also where nothing is another here: what the page fetches may be
    }
  }

  /* What is wrong */

  const box = document.createElement("div");
  box.id = "repertory-problems";

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  /* Shows the problems in a tree of their own, which no style of the page reaches. */
  function show(title, problems) {
    const root = box.shadowRoot || box.attachShadow({ mode: "open" });
    box.remove();
    if (title) {
      const style = document.createElement("link");
      [style.rel, style.href] = ["stylesheet", "/repertory/preview.css"];
      const message = document.createElement("section");
      message.setAttribute("aria-label", "What is wrong");
      message.tabIndex = 0;
      const alert = document.createElement("div");
      alert.setAttribute("role", "alert");
      message.append(alert);
      root.replaceChildren(style, message);
      document.body.append(box);
      alert.append(element("p", title), ...problems.map((problem) => element("pre", problem)));
    }
  }

  /* The events, which pause while nobody sees the page: a browser has few connections */

  let events = null;

  function listen() {
    if (document.hidden || isLeaving) {
      events?.close();
      events = null;
    } else if (!events) {
      events = new EventSource("/repertory/events");
      events.addEventListener("message", ({ data }) => {
        const state = JSON.parse(data);
        show(state.title, state.problems);
        if (String(state.epoch) !== epoch) {
          update().catch(() => {}); // the preview has ended: when it is back, it tells
        }
      });
    }
  }

  /* At the start */

  const kept = take();
  if (kept) {
    restore(kept, (property) => property === "open");
  }
  window.addEventListener("load", () => {
    if (kept) {
      restoreAll(kept);
    }
    listen();
    document.addEventListener("visibilitychange", listen);
  });
  window.addEventListener("pagehide", () => {
    events?.close();
    events = null;
  });
  window.addEventListener("pageshow", ({ persisted }) => persisted && listen());
})();
