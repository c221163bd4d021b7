/* The form in which a practice is proposed, or a change of one: one question after another. */

"use strict";

(() => {
  const { made } = preview;
  const LONGEST_ADDRESS = 7500; // of a page at GitHub, in characters; it answers no longer ones
  const LONGEST_MAIL = 1800; // of a mailto: address that every mail program takes
  const PICTURE = /^\w[\w.-]*\.(jpe?g|png|webp|avif|gif)$/i;
  const LONGEST_TERM = 80; // characters, as in `check`
  const PAUSE = 250; // milliseconds without typing before what depends on the text is made anew
  const NEAREST = 3;

  const form = document.querySelector("form.asked");
  const told = JSON.parse(form.dataset.told);
  const query = new URLSearchParams(location.search);
  const asked = [...form.querySelectorAll("[data-key], [data-section]")].map(question);
  const sections = asked.filter(({ section }) => section !== undefined && !("opening" in section.dataset))
    .map(({ id, label, section }) => ({ id, label, names: JSON.parse(section.dataset.names) }));
  const steps = [...form.querySelectorAll(".step")];
  const status = document.querySelector("[role=status]");
  const saver = document.querySelector("script[data-save]"); // only in the preview
  const change = /^[a-z0-9-]+$/.test(query.get("change") ?? "") ? query.get("change") : "";
  const draft = `draft ${new URL(document.querySelector(".site-name a").href).pathname} ${change || "new"}`;
  slugify.extend({ η: "i", ή: "i", θ: "th", ξ: "x", χ: "ch", ω: "o", ώ: "o" }); // as Greeks write them
  let file = record.parse(record.EMPTY, sections);
  let known = null; // the practices that there are, once they are asked for
  let begun = {}; // the answers before anything was written
  let timer = 0;
  let isPressed = false;
  let waiting = () => {};

  const say = (key, filled) => told.words[key].replace(/\{(\w+)\}/g, (_, name) => filled[name]);
  const today = () => new Date().toLocaleDateString("sv"); // as year-month-day

  /* A question of the form: how its answer is read, written, and shown to be wrong. */
  function question(element) {
    const { key, section, kind, label } = element.dataset;
    const input = element.querySelector("input:not([type=search]), textarea, select");
    const found = { element, label, input, kind: kind ?? "part", key, required: "required" in element.dataset };
    found.fault = element.querySelector(".fault");
    if (section !== undefined) {
      found.section = element;
      found.id = "opening" in element.dataset ? "" : section;
      found.read = () => record.without(input.value).trimEnd();
    } else if (kind === "addresses") {
      found.read = () => record.without(input.value).split(/\s+/).filter(Boolean);
    } else if (kind === "facet") {
      return Object.assign(found, facet(element, "many" in element.dataset));
    } else found.read = () => record.oneLine(record.without(input.value));
    found.write = (value) => {
      input.value = [value].flat().join("\n");
      if (input.value !== value && input.tagName === "SELECT") input.append(new Option(value, value, true, true));
    };
    return found;
  }

  function facet(element, isMany) {
    const boxes = [...element.querySelectorAll(".options input")];
    const proposal = element.querySelector(".new-term");
    let others = []; // what a record has and the form does not know
    return {
      read() {
        const term = record.oneLine(record.without(proposal.value));
        const found = boxes.filter((box) => box.checked && box.value).map((box) => box.value);
        const values = [...found, ...others, ...(term ? [`new: ${term}`] : [])];
        return isMany ? values : (values.at(-1) ?? "");
      },
      write(value) {
        const values = [value].flat().filter(Boolean);
        boxes.forEach((box) => { box.checked = box.value ? values.includes(box.value) : false; });
        const rest = values.filter((one) => !boxes.some((box) => box.value === one));
        const terms = rest.filter((one) => one.startsWith("new:"));
        proposal.value = terms[0]?.slice(4).trim() ?? "";
        others = rest.filter((one) => one !== terms[0]);
      },
      shown: (value) => [value].flat().filter(Boolean).map((id) =>
        boxes.find((box) => box.value === id)?.nextElementSibling.textContent ?? id.replace(/^new: */, "")),
      input: boxes[0],
    };
  }

  /* A facet may be for some records only, by the terms of another facet. */
  function applies({ kind, element }) {
    if (kind !== "facet") return true;
    return Object.entries(JSON.parse(element.dataset.only)).every(([other, ids]) => {
      const needed = asked.find(({ key }) => key === other);
      return !needed || [needed.read()].flat().some((id) => ids.includes(id));
    });
  }

  /* What is wrong with an answer, in the words of `check`; "" where nothing is. */
  function faultOf(one) {
    const value = one.read();
    const name = one.key;
    const isAsItWas = change && String(value) === String(begun[nameIn(one)]); // and was good then
    if (isAsItWas || !applies(one)) return "";
    if (one.kind === "part") return faultOfText(one, value);
    if (!value.length) return one.required ? say("empty", { name }) : "";
    const proposal = one.kind === "facet" && [value].flat().find((term) => term.startsWith("new: "))?.slice(5);
    if (proposal && !/[\p{L}\p{N}]/u.test(proposal)) return say("unnamed", {});
    if (proposal && [...proposal].length > LONGEST_TERM) return say("wordy", {});
    const limit = Number(one.element.dataset.limit ?? Infinity);
    const length = [...value].length;
    if (one.kind === "text" && length > limit) return say("long", { name, length: String(length), limit: String(limit) });
    if (/^address/.test(one.kind)) return [value].flat().every(isAddress) ? "" : say("address", { name });
    if (one.kind === "date") return faultOfDay(name, value);
    const years = /^([0-9]{4})(?:-([0-9]{4})?)?$/.exec(value);
    const isSpan = years && (!years[2] || years[1] <= years[2]);
    if (one.kind === "years" && !isSpan) return say("years", { name });
    if (name === "image" && !PICTURE.test(value)) return say("picture", { text: value.slice(0, 60) });
    return "";
  }

  function faultOfDay(name, value) {
    const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value)?.slice(1).map(Number);
    if (!parts || !parts[0] || parts[1] < 1 || parts[1] > 12) return say("date", { name });
    const [year, month, day] = parts;
    const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
    const called = new Date(Date.UTC(2000, month - 1)).toLocaleString("en", { month: "long", timeZone: "UTC" });
    if (day < 1 || day > days) return say("day", { value, month: `${called} ${year}`, days });
    return value > today() ? say("future", { name, today: today() }) : "";
  }

  function faultOfText({ id, label }, text) {
    const isAny = asked.some(({ kind, read }) => kind === "part" && read().trim());
    if (id === "" && !isAny) return say("empty", { name: label });
    for (const { type, depth, href, tokens, text: said } of preview.tokens(text)) {
      const words = (tokens ?? []).map((token) => token.text ?? token.raw).join("");
      if (type === "heading" && depth < 3) return say(depth === 1 ? "top" : "heading", { text: words });
      if (type === "image" && !PICTURE.test(href)) return say("picture", { text: href });
      if (type === "link" && !/^(https?:|mailto:|[^:]*$)/i.test(href)) return say("link", { text: href ?? said });
    }
    return "";
  }

  function isAddress(value) {
    const [, host, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(value) ?? [];
    if (host === undefined || host.includes("@")) return false;
    return /^[^\s.,;]+(\.[^\s.,;]+)+$/.test(host.replace(/:\d*$/, "")) && !/[\s<>"]/.test(host + rest);
  }

  /* An address with the https:// that people leave out. */
  function whole(address) {
    return isAddress(address) || !isAddress(`https://${address}`) ? address : `https://${address}`;
  }

  /* The answers as the values of a record; a facet that is not for this record has none. */
  function answers() {
    const front = {};
    const parts = {};
    for (const one of asked) {
      if (one.key) front[one.key] = applies(one) ? one.read() : [];
      else parts[one.id] = one.read();
    }
    if (!change) front.added = today();
    return { front, parts };
  }

  function text() {
    const { front, parts } = answers();
    return record.changed(file, front, parts, told.keys, sections);
  }

  function nameOf() {
    if (change) return change;
    const title = asked.find(({ key }) => key === "title").read();
    const slug = slugify(title.toLowerCase(), { lower: true, strict: true }).replace(/[^a-z0-9]+/g, "-");
    const name = slug.slice(0, 60).replace(/^-+|-+$/g, "") || `practice-${today()}`;
    const isTaken = (id) => known?.some(([other]) => other === id);
    let free = name;
    for (let number = 2; isTaken(free); number += 1) free = `${name}-${number}`;
    return free;
  }

  /* The steps: one is shown, the others wait. */

  const isOpen = (step) => asked.every((one) => one.element.parentElement !== step || applies(one));
  const questionsOf = (step) => asked.filter(({ element }) => element.parentElement === step);

  function current() {
    const named = document.getElementById(location.hash.slice(1));
    return steps.includes(named) && isOpen(named) ? named : steps[0];
  }

  function show(isMoved = true) {
    const step = current();
    const open = steps.filter(isOpen);
    steps.forEach((other) => { other.hidden = other !== step; });
    const place = `Step ${open.indexOf(step) + 1} of ${open.length}`;
    form.querySelector(".steps summary").textContent = place;
    form.querySelector(".steps details").open = false;
    document.querySelector(".page-head").classList.toggle("small", step !== steps[0]);
    if (step.id === "send") faulty().forEach(mark);
    refresh();
    if (isMoved) {
      scrollTo(0, 0);
      step.querySelector("h2").focus({ preventScroll: true });
    }
  }

  function move(by) {
    const open = steps.filter(isOpen);
    questionsOf(current()).filter((one) => one.read().length).forEach(mark);
    location.hash = open[open.indexOf(current()) + by].id;
  }

  const faulty = () => asked.filter(faultOf);

  function mark(one) {
    const fault = faultOf(one);
    one.fault.textContent = fault;
    one.fault.hidden = !fault;
    one.element.classList.toggle("wrong", Boolean(fault));
    if (one.kind !== "facet") one.input.setAttribute("aria-invalid", String(Boolean(fault)));
  }

  /* Does something that moves the page, but not under a finger that is about to press a button. */
  function unpressed(act) {
    if (isPressed) waiting = act;
    else act();
  }

  /* What depends on all answers: the list of steps, what is missing, the ways out, the preview. */
  function refresh() {
    const links = [...form.querySelectorAll(".steps li")];
    steps.forEach((step, index) => {
      const own = questionsOf(step);
      const isWrong = own.some(faultOf);
      const isAnswered = own.some((one) => one.read().length);
      links[index].hidden = !isOpen(step);
      const state = links[index].querySelector(".state");
      if (state) state.textContent = isWrong ? (isAnswered ? "to mend" : "needed") : isAnswered ? "✓" : "";
    });
    if (current().id === "send") finish();
    const { front, parts } = answers();
    preview.show(form.querySelector(".preview"), {
      title: front.title,
      summary: front.summary,
      facts: asked.filter(({ key, read }) => key && !["title", "summary"].includes(key) && read().length)
        .filter(applies).map((one) => [one.label, one.shown?.(one.read()) ?? [one.read()].flat()]),
      parts: asked.filter(({ kind, read }) => kind === "part" && read())
        .map(({ id, label }) => [id ? label : "", parts[id]]),
    });
  }

  /* The last step. */

  function stepOf({ element }) {
    return element.closest(".step").id;
  }

  function finish() {
    const wrong = faulty();
    const content = text();
    const isSame = form.querySelector(".file code").textContent === content;
    if (isSame && form.querySelector(".ways").hasChildNodes() !== Boolean(wrong.length)) return;
    const wanted = asked.filter(({ section, id, read }) => section && id && "recommended" in section.dataset && !read());
    const line = (one, words) => made("li", [made("a", one.label, { href: `#${stepOf(one)}` }), `: ${words}`]);
    form.querySelector(".missing").replaceChildren(
      ...(wrong.length ? [made("p", "Before it can be sent:"), made("ul", wrong.map((one) => line(one, faultOf(one))))] : []),
      ...(!wrong.length && wanted.length ? [made("p", "It can be sent as it is. If you know it, this would help readers:"),
        made("ul", wanted.map((one) => made("li", made("a", one.label, { href: `#${stepOf(one)}` }))))] : []),
    );
    form.querySelector(".file-name").textContent = `${told.folder}/${nameOf()}.md`;
    form.querySelector(".file code").textContent = content;
    form.querySelector(".ways").replaceChildren(...(wrong.length ? [] : ways(content)));
  }

  function ways(content) {
    const found = [];
    const name = `${nameOf()}.md`;
    const way = (title, words, ...controls) => found.push(made("div", [made("h3", title), made("p", words), made("p", controls)]));
    const button = (words, act, kind = "way") => {
      const made_ = made("button", words, { type: "button", class: kind });
      made_.addEventListener("click", act);
      return made_;
    };
    const link = (words, href) => made("a", words, { href, class: "way", target: "_blank", rel: "noopener" });
    if (saver) way("Save it here", `It becomes ${told.folder}/${name} on this machine.`, button("Save into content/", () => save(name, content)));
    if (told.repository) {
      const start = `${told.repository}/${change ? "edit" : "new"}/${told.branch}/${told.folder}`;
      const filled = `${start}?${new URLSearchParams({ filename: name, value: content })}`;
      const about = "You need a free account at GitHub. GitHub makes the proposal by itself; the editors read it there and answer you.";
      if (!change && filled.length <= LONGEST_ADDRESS) {
        way("Propose it on GitHub", `${about} Press the green button there, and then the next green one.`, link("Propose on GitHub", filled));
      } else {
        const there = change ? `${start}/${name}` : `${start}?${new URLSearchParams({ filename: name })}`;
        way("Propose it on GitHub, in two steps", `${about} First copy the text; then open the page, ${change ? "select all that stands there, and paste" : "and paste it into the large field"}.`,
          button("1. Copy the text", (event) => copy(content, event.target)), " ", link("2. Open the page at GitHub", there));
      }
    }
    way("Take it with you", "The file stays on your device, for instance to send it to a colleague first.", button("Download the file", () => download(name, content)));
    if (told.email) {
      const subject = change ? `A change of ${name}` : `A practice for ${told.site}: ${name}`;
      const mail = (body) => `mailto:${told.email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
      const isShort = mail(content).length <= LONGEST_MAIL;
      way("Send it by e-mail", isShort ? `Your mail program opens with the text in it, to ${told.email}.` : `Download the file first; then attach it to a message to ${told.email}.`,
        made("a", "Send by e-mail", { href: mail(isShort ? content : `The file ${name} is attached.`), class: "way" }));
    }
    return found;
  }

  async function copy(content, button) {
    try {
      await navigator.clipboard.writeText(content);
      button.textContent = "Copied";
    } catch {
      form.querySelector(".file").open = true;
      getSelection().selectAllChildren(form.querySelector(".file code"));
      status.textContent = "The text is marked below: copy it with Ctrl+C, or hold your finger on it.";
    }
  }

  function download(name, content) {
    const href = URL.createObjectURL(new Blob([content], { type: "text/markdown" }));
    made("a", "", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  async function save(name, content) {
    const body = JSON.stringify({ name, text: content, before: change ? file.text : null });
    const headers = { "Content-Type": "application/json", "X-Repertory-Token": saver.dataset.save };
    try {
      const answer = await fetch("/repertory/save", { method: "POST", headers, body });
      status.textContent = await answer.text();
      if (answer.ok) {
        begun = all();
        keep();
        if (change) file = record.parse(content, sections);
      }
    } catch {
      status.textContent = "The preview does not answer. Is it still running?";
    }
    scrollTo(0, 0);
  }

  /* The draft: what differs from where it began, so that it fits a record that others changed. */

  const nameIn = ({ key, id }) => key ?? `## ${id}`;
  const all = () => Object.fromEntries(asked.map((one) => [nameIn(one), one.read()]));

  function keep() {
    const differs = Object.entries(all()).filter(([key, value]) => String(value) !== String(begun[key]));
    try {
      if (differs.length) localStorage.setItem(draft, JSON.stringify(Object.fromEntries(differs)));
      else localStorage.removeItem(draft);
    } catch { /* no storage here: what is written stays until the page is left */ }
  }

  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(draft));
    } catch { /* nothing that was kept here by this form */ }
    if (!kept) return;
    asked.forEach((one) => {
      const value = kept[nameIn(one)];
      if (value !== undefined) one.write(value);
    });
    const anew = made("button", "Begin anew", { type: "button", class: "link" });
    anew.addEventListener("click", () => {
      asked.forEach((one) => one.write(begun[nameIn(one)]));
      keep();
      status.replaceChildren();
      location.hash = steps[0].id;
    });
    status.replaceChildren("What you wrote last time is back. ", anew);
  }

  /* The nearest of the practices that there are: by their address, or by the words of their title. */

  async function ask() {
    try {
      known ??= await (await fetch(told.known)).json();
    } catch {
      known = []; // from a disk, pages may not read files
    }
  }

  function nearest() {
    const bare = (address) => address.toLowerCase().replace(/^(https?:\/\/)?(www\.)?|[/#]+$/g, "");
    const wordsOf = (title) => new Set(record.fold(title).split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2));
    const [title, address] = ["title", "website"].map((key) => asked.find((one) => one.key === key)?.read() ?? "");
    const words = wordsOf(title);
    const scored = (known ?? []).map(([id, other, addresses]) => {
      const theirs = wordsOf(other);
      const shared = [...words].filter((word) => theirs.has(word)).length;
      const isSame = bare(address).length > 3 && addresses.some((one) => bare(one) === bare(address));
      return { id, title: other, score: isSame ? 2 : shared > 1 || theirs.size === 1 ? shared / Math.max(1, Math.min(words.size, theirs.size)) : 0 };
    });
    const found = scored.filter(({ id, score }) => score >= 0.6 && id !== change);
    return found.sort((one, other) => other.score - one.score).slice(0, NEAREST);
  }

  function showNearest() {
    const found = nearest();
    document.querySelector(".near").replaceChildren(...(found.length ? [
      made("p", "Is it one of these, which are here already?"),
      made("ul", found.map(({ id, title }) => made("li", [
        made("a", title, { href: `${told.practices}${id}.html`, target: "_blank", rel: "noopener" }),
        " (", made("a", "suggest a change of it", { href: `?change=${id}` }), ")",
      ]))),
    ] : []));
  }

  /* Finding a term in a long list. */
  function find({ target }) {
    const list = target.closest(".facet");
    const wanted = record.fold(target.value);
    const items = [...list.querySelectorAll(".options.short li")];
    items.forEach((item) => { item.hidden = !record.fold(item.textContent).includes(wanted); });
    list.querySelector(".no-term").hidden = items.some((item) => !item.hidden);
  }

  async function begin() {
    if (change) {
      try {
        const answer = await fetch(`${told.practices}${change}.md`);
        if (!answer.ok) throw new Error(answer.status);
        const bytes = await answer.arrayBuffer();
        file = record.parse(new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes), sections);
      } catch {
        form.hidden = true;
        status.textContent = "This record cannot be read here. Open this page on the web, not from a disk, and try again.";
        return;
      }
      const { front, parts } = record.values(file);
      asked.forEach((one) => one.write(one.key ? front[one.key] ?? "" : parts[one.id] ?? ""));
      document.querySelector("h1").textContent = `Suggest a change of “${front.title ?? change}”`;
    }
    begun = all();
    const named = asked.filter(({ kind, key }) => kind === "facet" && query.has(key));
    named.forEach((one) => one.write(query.getAll(one.key).filter((id) => one.element.querySelector(`[value="${CSS.escape(id)}"]`))));
    const chosen = named.flatMap((one) => one.shown(one.read()));
    if (chosen.length) status.textContent = `Filled in from the page that you come from: ${chosen.join(", ")}.`;
    restore();
    document.querySelector(".paper").hidden = true;
    form.querySelectorAll(".steps, .onwards, .looks").forEach((part) => { part.hidden = false; });
    show(false);
    if (location.hash) scrollTo(0, 0); // the browser went there when all steps were shown
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (current().id !== "send") move(1);
  });
  form.addEventListener("click", ({ target }) => {
    if (target.matches(".back")) move(-1);
  });
  form.addEventListener("input", ({ target }) => {
    if (target.matches("[type=search]")) return find({ target });
    const one = asked.find(({ element }) => element.contains(target));
    if (one && (!one.fault.hidden || (one.kind === "text" && one.read()))) mark(one);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      keep();
      refresh();
      if (["title", "website"].includes(one?.key)) {
        await ask();
        showNearest();
      }
    }, PAUSE);
  });
  form.addEventListener("change", ({ target }) => {
    const one = asked.find(({ element }) => element.contains(target));
    if (/^address/.test(one?.kind)) one.write([one.read()].flat().map(whole));
    if (one) unpressed(() => mark(one));
    keep();
  });
  addEventListener("pointerdown", () => { isPressed = true; });
  addEventListener("pointerup", () => setTimeout(() => {
    isPressed = false;
    waiting();
    waiting = () => {};
  }));
  addEventListener("pagehide", keep);
  addEventListener("hashchange", async () => {
    if (location.hash === "#send") await ask();
    show();
  });
  begin();
})();
