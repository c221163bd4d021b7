/* The questions of the form: how each answer is read, written, and judged as `check` judges it. */

"use strict";

const answers = (() => {
  const PICTURE = /^\w[\w.-]*\.(jpe?g|png|webp|avif|gif)$/i;
  const LINK = /^(#|(?!www\.|[\\/]{2})[^:]*\.(md|html)(#.*)?$)/i; // or a page of the site
  const HOST = /^(?:[\p{Ll}\p{Lo}\p{N}]+(?:-+[\p{Ll}\p{Lo}\p{N}]+)*\.)+[\p{Ll}\p{Lo}]{2,}$/u;
  const FILE = /^[^/]+\.(pdf|docx?|odt|pptx?|xlsx?|html?|md|txt|jpe?g|png)$/i;
  const BULLET = /^[ \t]*[•·▪◦]\s+/gm;
  const UNTIL_NOW = /^(\d{4})\s*[-–—]\s*(today|now|present|ongoing|heute|hoy|aujourd['’]hui|oggi|heden|nu|σήμερα)$/i;
  const LONGEST_TERM = 80; // characters, as in `check`
  const { oneLine, without, fold } = record;
  const { isAddress, isMail } = preview;

  /* Returns all questions of a form; `words` are what `check` says, with {name} and the like. */
  function of(form, words) {
    const all = [...form.querySelectorAll("[data-key], [data-section]")].map(question);
    const say = (key, filled) => words[key].replace(/\{(\w+)\}/g, (_, name) => filled[name]);

    /* A facet may be for some records only, by the terms of another facet. */
    function applies({ kind, element }) {
      if (kind !== "facet") return true;
      return Object.entries(JSON.parse(element.dataset.only)).every(([other, ids]) => {
        const needed = all.find(({ key }) => key === other);
        return !needed || needed.ids().some((id) => ids.includes(id));
      });
    }

    /* What is wrong with an answer; "" where nothing is. */
    function fault(one) {
      const value = one.read();
      const name = one.label;
      if (!applies(one)) return "";
      if (one.kind === "part") return faultOfText(one, value);
      if (!value.length) return one.isRequired ? say("empty", { name }) : "";
      if (one.kind === "facet") return faultOfTerms([value].flat());
      if (/^address/.test(one.kind)) return [value].flat().every(isAddress) ? "" : say("address", { name });
      if (one.kind === "date") return faultOfDay(name, value);
      const years = /^([0-9]{4})(?:-([0-9]{4})?)?$/.exec(value);
      if (one.kind === "years") return years && (!years[2] || years[1] <= years[2]) ? "" : say("years", { name });
      const length = [...value].length;
      const isLong = one.kind === "text" && length > one.limit;
      return isLong ? say("long", { name, length: String(length), limit: String(one.limit) }) : "";
    }

    function faultOfTerms(terms) {
      const proposals = terms.filter((term) => term.startsWith("new: ")).map((term) => term.slice(5));
      if (proposals.some((term) => !/[\p{L}\p{N}]/u.test(term))) return say("unnamed", {});
      return proposals.some((term) => [...term].length > LONGEST_TERM) ? say("wordy", {}) : "";
    }

    function faultOfDay(name, value) {
      const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value)?.slice(1).map(Number);
      if (!parts || !parts[0] || parts[1] < 1 || parts[1] > 12) return say("date", { name });
      const [year, month, day] = parts;
      const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
      const called = new Date(Date.UTC(2000, month - 1)).toLocaleString("en", { month: "long", timeZone: "UTC" });
      if (day < 1 || day > days) return say("day", { value, month: `${called} ${year}`, days });
      return value > today(1) ? say("future", { name, today: today() }) : ""; // somewhere it is tomorrow
    }

    function faultOfText({ id, label, begun }, text) {
      const isAny = all.some(({ kind, read }) => kind === "part" && read().trim());
      if (id === "" && !isAny) return say("empty", { name: label });
      const isOpening = id === ""; // in which no heading can stand: the first one begins a section
      const found = headingsOf(text).find(([depth, , before]) => isOpening || depth < 3 || depth > before + 1);
      if (found) return faultOfHeading(found, isOpening);
      for (const { type, href, raw } of preview.tokens(text)) {
        if (type === "image" && !(PICTURE.test(href) && begun.includes(raw))) return say("picture", { text: href });
        if (type === "link" && !LINK.test(href) && !isAddress(href) && !isMail(href)) return say("link", { text: href });
      }
      return "";
    }

    function faultOfHeading([depth, text, before], isOpening) {
      if (depth > 1 && isOpening) return say("opening", { text });
      if (depth < 3) return say(depth === 1 ? "top" : "heading", { text });
      return say("skipped", { text, level: depth, before, hashes: "#".repeat(before + 1) });
    }

    /* What was in the record before is not judged: it is good, or not this form's matter. */
    const judged = (one) => (String(one.begun) && String(one.read()) === String(one.begun) ? "" : fault(one));
    return { all, applies, fault: judged };
  }

  /* A question: `begun` is the answer that it has before anything is written. */
  function question(element) {
    const { key, section, kind, label, limit } = element.dataset;
    const input = element.querySelector("input:not([type=search]), textarea, select");
    const found = { element, input, key, label, kind: kind ?? "part", limit: Number(limit), begun: "" };
    found.isRequired = "required" in element.dataset;
    found.shownFault = element.querySelector(".fault");
    found.read = () => oneLine(without(input.value));
    found.write = (value) => {
      input.value = [value].flat().join("\n");
      if (input.value !== value && input.tagName === "SELECT") input.append(new Option(value, value, true, true));
    };
    found.tidy = () => {};
    if (input.tagName === "SELECT") found.shown = () => [input.selectedOptions[0].textContent];
    if (section !== undefined) {
      found.id = "opening" in element.dataset ? "" : section;
      found.name = `## ${found.id}`;
      found.read = () => without(input.value).trimEnd();
      found.tidy = () => found.write(withLists(found.read()));
      return found;
    }
    found.name = key;
    if (kind === "facet") Object.assign(found, facet(element, "many" in element.dataset));
    if (kind === "addresses") found.read = () => without(input.value).split(/\s+/).filter(Boolean);
    if (/^address/.test(kind)) found.tidy = () => found.write([found.read()].flat().map(whole));
    if (kind === "years") found.tidy = () => found.write(found.read().replace(UNTIL_NOW, "$1-").replace(/\s*[-–—]\s*/, "-"));
    return found;
  }

  /* A term that the list does not have, or calls otherwise, stays as the record has it. */
  function facet(element, isMany) {
    const boxes = [...element.querySelectorAll(".options input")];
    const proposal = element.querySelector(".new-term");
    const proposed = () => oneLine(without(proposal.value)).split(isMany ? /\s*,\s*/ : /$^/).filter(Boolean);
    const meant = (name) => boxes.find((box) => box.value && (box.value === name || namesOf(box).includes(fold(name))));
    const ids = () => boxes.filter((box) => box.checked && box.value).map((box) => box.value);
    let spelt = new Map(); // what the record has for a term

    function added(value) {
      const box = preview.made("input", [], { type: isMany ? "checkbox" : "radio", value, name: element.dataset.key });
      element.querySelector(".options").append(preview.made("li", preview.made("label", [box, preview.made("span", value)])));
      boxes.push(box);
      return box;
    }

    return {
      ids,
      read() {
        const terms = ids().map((id) => spelt.get(id) ?? id);
        const values = [...terms, ...proposed().map((term) => `new: ${term}`)];
        return isMany ? values : (values.at(-1) ?? "");
      },
      write(value) {
        const values = [value].flat().filter(Boolean);
        const isProposal = (one) => /^new: ?[^,]*$/.test(one);
        spelt = new Map();
        boxes.forEach((box) => { box.checked = false; });
        for (const one of values.filter((other) => !isProposal(other))) {
          const box = meant(one) ?? added(one);
          box.checked = true;
          spelt.set(box.value, one);
        }
        proposal.value = values.filter(isProposal).map((one) => one.slice(4).trim()).join(", ");
      },
      /* A term that is there is chosen, where somebody proposes it by one of its names. */
      tidy() {
        const terms = proposed();
        terms.map(meant).forEach((box) => { if (box) box.checked = true; });
        proposal.value = terms.filter((term) => !meant(term)).join(", ");
      },
      shown: (value) => [value].flat().filter(Boolean).map((id) =>
        meant(id)?.nextElementSibling.textContent ?? id.replace(/^new: */, "")),
      input: boxes[0],
    };
  }

  /* The names of a term, as they are compared. */
  function namesOf(box) {
    return JSON.parse(box.dataset.names ?? "[]").map(fold);
  }

  /* The headings of a text: level, words, and the level of the one before; a section has the second.
     A line that begins with hashes is one also without a blank behind them, as `check` has it. */
  function headingsOf(text) {
    const bare = text.replace(/^(`{3,}|~{3,}).*\n[^]*?^\1[ \t]*$/gm, "");
    const found = [];
    let before = 2;
    for (const [, hashes, words, above, line] of bare.matchAll(/^(#{1,6})(?!#)[ \t]*(.+?)[ \t]*#*$|(?<!\S.*\n)^(?=[^\s>|+*#-])(.+)\n(=+|-+)[ \t]*$/gm)) {
      const depth = hashes?.length ?? (line[0] === "=" ? 1 : 2);
      found.push([depth, words ?? above, before]);
      before = depth;
    }
    return found;
  }

  /* Bullets of word processors as the hyphens of Markdown, between empty lines. */
  function withLists(text) {
    const found = text.replace(BULLET, "- ").replace(/^(?!- |\s|\d+\. )(.*\S.*)\n(?=- )/gm, "$1\n\n");
    return found === text ? text : found.replace(/^(- .*)\n(?=[^\s-])/gm, "$1\n\n");
  }

  /* An address with the https:// that people leave out, where what they write can be nothing else. */
  function whole(address) {
    const [host] = address.split("/");
    const isMeant = /^www\./i.test(address) || (HOST.test(host) && !FILE.test(address));
    return isMeant && isAddress(`https://${address}`) ? `https://${address}` : address;
  }

  /* The day of today, or of some days later, as year-month-day: the same all over the world. */
  const today = (later = 0) => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);

  return { of, namesOf, today };
})();
