/* The form in which a practice is proposed, or a change of one: one question after another. */

"use strict";

(() => {
  const { made } = preview;
  const PAUSE = 250; // milliseconds without typing before what depends on the text is made anew

  const form = document.querySelector("form.asked");
  const told = JSON.parse(form.dataset.told);
  const { all: asked, applies, fault: faultOf } = answers.of(form, told.words);
  const steps = [...form.querySelectorAll(".step")];
  const sections = asked.filter(({ id }) => id)
    .map(({ id, label, element }) => ({ id, label, names: JSON.parse(element.dataset.names) }));
  const status = document.querySelector("[role=status]");
  const saver = document.querySelector("script[data-save]"); // only in the preview
  const query = new URLSearchParams(location.search);
  const change = /^[a-z0-9-]+$/.test(query.get("change") ?? "") ? query.get("change") : "";
  const draft = `draft ${new URL(document.querySelector(".site-name a").href).pathname} ${change || "new"}`;
  slugify.extend({ η: "i", ή: "i", θ: "th", ξ: "x", χ: "ch", ω: "o", ώ: "o" }); // as Greeks write them
  let file = record.parse(record.EMPTY, sections);
  let timer = 0;
  let isStarted = false; // what the preview fills in before, when it reloads the page, is nobody's writing
  let isTouched = false; // whether anything was written here: another tab may have the same draft
  let isPressed = false; // a finger or button, so that nothing may move
  let waiting = () => {};

  const byKey = (key) => asked.find((one) => one.key === key);
  const stepOf = ({ element }) => element.parentElement;
  const isOpen = (step) => asked.every((one) => stepOf(one) !== step || applies(one));
  const questionsOf = (step) => asked.filter((one) => stepOf(one) === step);

  /* The answers as the values of a record; a facet that is not for this record has none. */
  function values() {
    const [front, parts] = [Object.create(null), Object.create(null)]; // ids may be any words
    for (const one of asked) {
      if (one.key) front[one.key] = applies(one) ? one.read() : [];
      else parts[one.id] = one.read();
    }
    if (!change) front.added = answers.today();
    return { front, parts };
  }

  function text() {
    const { front, parts } = values();
    return record.changed(file, front, parts, told.keys, sections);
  }

  function nameOf() {
    if (change) return change;
    const title = byKey("title").read().toLowerCase();
    const slug = slugify(title, { lower: true, strict: true }).replace(/[^a-z0-9]+/g, "-");
    const short = slug.length > 60 ? slug.slice(0, 60).replace(/-[^-]*$/, "") : slug;
    const name = short.replace(/^-+|-+$/g, "") || `practice-${answers.today()}`;
    let free = name;
    const [, own] = saver ? saved() : []; // pressed twice, it must not be saved under two names
    const isNone = (id) => told.taken.includes(id) || new RegExp(told.device).test(id);
    const isTaken = (id) => `${id}.md` !== own && (nearest.isTaken(id) || isNone(id));
    for (let number = 2; isTaken(free); number += 1) free = `${name}-${number}`;
    return free;
  }

  /* The steps: one is shown, the others wait. */

  function current() {
    const named = document.getElementById(location.hash.slice(1));
    return steps.includes(named) && isOpen(named) ? named : steps[0];
  }

  function show(isMoved = true) {
    const step = current();
    steps.forEach((other) => { other.hidden = other !== step; });
    form.querySelector(".steps summary").textContent = `Step ${steps.indexOf(step) + 1} of ${steps.length}`;
    form.querySelector(".steps details").open = Boolean(change) && !isMoved;
    document.querySelector(".page-head").classList.toggle("small", step !== steps[0]);
    step.querySelectorAll("[type=search]").forEach(find);
    if (step.id === "send") {
      asked.filter(faultOf).forEach(mark);
      form.querySelectorAll(".to-send").forEach((way) => { way.hidden = false; });
    }
    if (isMoved && saver) sessionStorage.removeItem("saved");
    refresh();
    if (!isMoved) return;
    status.replaceChildren();
    form.scrollIntoView();
    step.querySelector("h2").focus({ preventScroll: true });
  }

  /* Goes on; each thing that is wrong or missing stops once, so that it is seen. */
  function move(by) {
    const step = current();
    const wrong = by > 0 ? questionsOf(step).filter(faultOf) : [];
    const [unseen] = wrong.filter((one) => one.shownFault.textContent !== faultOf(one));
    wrong.forEach(mark);
    if (unseen) {
      unseen.input.focus();
      unseen.element.scrollIntoView({ block: "center" });
      return;
    }
    const open = steps.filter(isOpen);
    location.hash = open[open.indexOf(step) + by].id;
  }

  function mark(one) {
    const fault = faultOf(one);
    one.shownFault.textContent = fault;
    one.shownFault.hidden = !fault;
    const note = stepOf(one).querySelector(".to-mend");
    note.hidden = questionsOf(stepOf(one)).every((other) => other.shownFault.hidden);
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
      const isAnswered = own.some((one) => one.read().length);
      const wrong = isAnswered ? "to mend" : "needed";
      const state = own.some(faultOf) ? wrong : isAnswered ? "✓" : "";
      links[index].hidden = !isOpen(step);
      links[index].querySelector(".state").textContent = state;
      links[index].classList.toggle("wrong", state === "to mend");
    });
    if (current().id === "send") finish();
    const { front, parts } = values();
    const isFact = ({ key, read }) => key && !["title", "summary"].includes(key) && read().length;
    preview.show(form.querySelector(".preview"), {
      title: front.title,
      summary: front.summary,
      language: front.written_in,
      facts: asked.filter(isFact).filter(applies)
        .map((one) => [one.label, one.shown?.(one.read()) ?? [one.read()].flat()]),
      parts: asked.filter(({ kind, read }) => kind === "part" && read())
        .map(({ id, label }) => [id ? label : "", parts[id]]),
    });
  }

  /* The last step. */

  function finish() {
    const wrong = asked.filter(faultOf);
    const content = text();
    const isSame = Boolean(change) && content === file.text;
    const [place, shown] = form.querySelectorAll(".file code");
    const isReady = !wrong.length && !isSame;
    const name = `${nameOf()}.md`;
    const isShown = shown.textContent === content && place.textContent.endsWith(`/${name}`);
    if (isShown && form.querySelector(".ways").hasChildNodes() === isReady) return;
    shown.textContent = content;
    place.textContent = `${told.folder}/${name}`;
    form.querySelector(".missing").replaceChildren(...missing(wrong, isSame));
    const isChange = Boolean(change);
    const say = (words) => { status.replaceChildren(words, " ", pressed("Begin another one", anew)); };
    const saving = saver && (() => save(name, content));
    const changed = change ? asked.filter((one) => String(one.read()) !== String(one.begun)).map(({ label }) => label) : [];
    form.querySelector(".ways").replaceChildren(
      ...(isReady ? ways.out({ told, name, content, isChange, changed, save: saving, say }) : []));
  }

  function missing(wrong, isSame) {
    const line = (one, words = "") => made("li", [linkTo(one), words && ` – ${words}`]);
    if (wrong.length) return [made("p", "Before it can be sent:"), made("ul", wrong.map((one) => line(one, faultOf(one))))];
    if (isSame) return [made("p", "You have changed nothing yet. All questions are in the list above: press Step.")];
    if (change) return [made("p", "It can be sent as it is.")];
    const helpful = asked.filter(({ element, read }) => "recommended" in element.dataset && !read());
    if (!helpful.length) return [made("p", "It can be sent as it is.")];
    return [made("p", "It can be sent as it is. If you know it, this would help readers:"),
      made("ul", helpful.map((one) => line(one)))];
  }

  function linkTo(one) {
    const link = made("a", one.label, { href: `#${stepOf(one).id}` });
    link.addEventListener("click", () => addEventListener("shown", () => {
      one.input.focus();
      one.element.scrollIntoView({ block: "center" });
    }, { once: true }));
    return link;
  }

  async function save(name, content) {
    const body = JSON.stringify({ name, text: content, before: change ? file.text : null });
    const headers = { "Content-Type": "application/json", "X-Repertory-Token": saver.dataset.save };
    try {
      const answer = await fetch("/repertory/save", { method: "POST", headers, body });
      const said = await answer.text();
      if (answer.ok) {
        begin();
        if (change) file = record.parse(content, sections);
        sessionStorage.setItem("saved", JSON.stringify([said, name])); // the preview reloads the page
        showSaved();
      } else status.textContent = said;
    } catch {
      status.textContent = "The preview does not answer. Is it still running?";
    }
    scrollTo(0, 0);
  }

  /* What was said when the record was saved, and its file, until another step is opened. */
  const saved = () => JSON.parse(sessionStorage.getItem("saved") ?? "[]");

  function showSaved() {
    const [said, name] = saved();
    if (!said) return;
    const onward = made("a", "Go on changing it", { href: `?change=${name.replace(/\.md$/, "")}` });
    status.replaceChildren(said, ...(change ? [] : [" ", onward]));
  }

  /* The draft: what differs from where it began, so that it fits a record that others changed. */

  function begin() {
    asked.forEach((one) => { one.begun = one.read(); });
    keep();
  }

  function keep() {
    if (!isTouched) return;
    const differs = asked.filter((one) => String(one.read()) !== String(one.begun));
    const kept = Object.fromEntries(differs.map((one) => [one.name, one.read()]));
    try {
      if (differs.length) localStorage.setItem(draft, JSON.stringify({ kept, step: current().id }));
      else localStorage.removeItem(draft);
    } catch { /* no storage here: what is written stays until the page is left */ }
  }

  function restore() {
    let found = null;
    try {
      found = JSON.parse(localStorage.getItem(draft));
    } catch { /* nothing that was kept here by this form */ }
    if (!found?.kept) return;
    fill(found.kept);
    if (!location.hash) history.replaceState(null, "", `#${found.step}`);
    status.replaceChildren("What you wrote last time is back. ", pressed("Begin anew", anew));
  }

  /* Empties the form, or gives the record back as it was; it can be undone. */
  function anew() {
    isTouched = true;
    const before = Object.fromEntries(asked.map((one) => [one.name, one.read()]));
    fill(Object.fromEntries(asked.map((one) => [one.name, one.begun])));
    keep();
    history.pushState(null, "", `#${steps[0].id}`);
    show();
    status.replaceChildren(change ? "All is as it was. " : "All is empty again. ", pressed("Bring it back", () => {
      fill(before);
      keep();
      status.replaceChildren();
      refresh();
    }));
  }

  function fill(kept) {
    const isText = (value) => [value].flat().every((item) => typeof item === "string");
    asked.filter(({ name }) => isText(kept[name])).forEach((one) => one.write(kept[one.name]));
  }

  function pressed(words, act) {
    const button = made("button", words, { type: "button", class: "link" });
    button.addEventListener("click", act);
    return button;
  }

  function showNearest() {
    const found = nearest.find(byKey("title").read(), byKey("website")?.read() ?? "", change);
    const line = ([id, title]) => made("li", [
      made("a", title, { href: `${told.practices}${id}.html`, target: "_blank", rel: "noopener" }),
      " (", made("a", "suggest a change of it", { href: `?change=${id}` }), ")",
    ]);
    document.querySelector(".near").replaceChildren(...(found.length
      ? [made("p", "Is it one of these, which are here already?"), made("ul", found.map(line))] : []));
  }

  /* Finding a term in a long list, by any of its names; what is chosen stays in sight. */
  function find(search) {
    const list = search.closest(".facet");
    const wanted = record.fold(search.value);
    const items = [...list.querySelectorAll(".options.short li")];
    const isMeant = (item) => answers.namesOf(item.querySelector("input")).some((name) => name.includes(wanted));
    items.forEach((item) => { item.hidden = !isMeant(item) && !item.querySelector(":checked"); });
    list.querySelector(".no-term").hidden = items.some(isMeant);
    return items.filter(isMeant);
  }

  /* The Enter key chooses the only term that was found, or leads to the next field. */
  function enter(event) {
    const { target } = event;
    if (event.key !== "Enter" || !target.matches("input")) return;
    event.preventDefault();
    if (target.type === "search") {
      const found = find(target);
      if (found.length === 1) found[0].querySelector("input").click();
      return;
    }
    const fields = [...current().querySelectorAll("input, textarea, select, .next")];
    fields[fields.indexOf(target) + 1]?.focus();
  }

  /* Reads the record that is to be changed; returns why that cannot be, or "". */
  async function load() {
    let bytes;
    try {
      const answer = await fetch(`${told.practices}${change}.md`);
      if (!answer.ok) return `There is no practice “${change}”.`;
      bytes = await answer.arrayBuffer();
    } catch {
      return "This record cannot be read here. Open this page on the web, not from a disk, and try again.";
    }
    try {
      const decoded = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
      file = record.parse(decoded, sections);
      return "";
    } catch {
      return `The file of this record is written in a way that the form cannot change. Please change it by hand: ${told.folder}/${change}.md`;
    }
  }

  async function start() {
    if (change) {
      form.hidden = true; // nobody writes into it what the record would then take the place of
      const reason = await load();
      if (reason) {
        status.textContent = reason;
        return;
      }
      form.hidden = false;
      const { front, parts } = record.values(file);
      asked.forEach((one) => one.write((one.key ? front[one.key] : parts[one.id]) ?? ""));
      document.querySelector("h1").textContent = `Suggest a change of “${front.title ?? change}”`;
      document.querySelector(".page-head .lead").textContent = "Change what you know better; the rest stays as it is. A person reads it before it appears here.";
    }
    asked.forEach((one) => { one.begun = one.read(); });
    const named = asked.filter(({ kind, key }) => kind === "facet" && query.has(key));
    named.forEach((one) => one.write(query.getAll(one.key).filter((id) => one.element.querySelector(`[value="${CSS.escape(id)}"]`))));
    const chosen = named.flatMap((one) => one.shown(one.read()));
    if (chosen.length) status.textContent = `Filled in from the page that you come from: ${chosen.join(", ")}.`;
    restore();
    if (saver) showSaved();
    if (current().id === "send") await nearest.load(told.known);
    document.querySelectorAll(".paper, .condition").forEach((part) => { part.hidden = true; });
    form.querySelectorAll(".steps, .onwards, .looks").forEach((part) => { part.hidden = false; });
    form.querySelectorAll(".to-send").forEach((way) => { way.hidden = !change; });
    show(false);
    isStarted = true;
    const up = () => scrollTo(0, 0); // the browser goes to a step as if all were shown
    if (location.hash) up();
    if (location.hash && document.readyState !== "complete") addEventListener("load", up, { once: true });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    move(1);
  });
  form.addEventListener("keydown", enter);
  form.addEventListener("click", ({ target }) => {
    if (target.matches(".back")) move(-1);
  });
  form.addEventListener("input", ({ target }) => {
    if (!isStarted) return;
    if (target.matches("[type=search]")) {
      find(target);
      return;
    }
    isTouched = true;
    const one = asked.find(({ element }) => element.contains(target));
    if (!one.shownFault.hidden || (one.kind === "text" && one.read())) mark(one);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      keep();
      refresh();
      if (["title", "website"].includes(one.key)) {
        await nearest.load(told.known);
        showNearest();
      }
    }, PAUSE);
  });
  form.addEventListener("change", ({ target }) => {
    const one = asked.find(({ element }) => element.contains(target));
    if (!isStarted || target.matches("[type=search]")) return;
    isTouched = true;
    one.tidy();
    unpressed(() => mark(one));
    keep();
    refresh();
  });
  addEventListener("pointerdown", () => { isPressed = true; });
  addEventListener("pointerup", () => setTimeout(() => {
    isPressed = false;
    waiting();
    waiting = () => {};
  }));
  addEventListener("pagehide", keep);
  addEventListener("hashchange", async () => {
    if (location.hash === "#send") await nearest.load(told.known);
    show();
    keep();
    dispatchEvent(new Event("shown"));
  });
  start();
})();
