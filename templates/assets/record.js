/* The file of a record, read and changed in the browser: what is not changed stays byte for byte.

   `front` maps keys of the front matter to texts, or to lists of texts; `parts` maps the ids of
   sections to texts, and "" to what stands before the first heading. */

"use strict";

const record = (() => {
  const EMPTY = "---\n---\n"; // what a new record begins with
  const FENCE = /^\ufeff?---[ \t]*\r?$/gm;
  const HEADING = /^ {0,3}##(?!#)[^\S\n]*(.+?)[^\S\n]*#*[^\S\n]*$/; // or underlined, below nothing
  const HEADINGS = new RegExp(`${HEADING.source}|(?<!\\S[^\\n]*\\n)^(?=[^\\s>|+*#-])(.+)\\n-+[^\\S\\n]*$`, "gm");
  const CODE = /^(`{3,}|~{3,}).*\n[^]*?^\1[ \t]*$/gm;
  const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]/g;
  const SCALAR = 4; // the numbers of js-yaml's events and styles
  const POP = 6;
  const QUOTED = [2, 3];
  const BLOCK = 4; // and above: texts of several lines
  const FLOW = 2;

  const oneLine = (text) => text.replace(/\s+/g, " ").trim();
  const without = (text) => text.toWellFormed().normalize("NFC").replace(/\r\n?/g, "\n").replace(UNSEEN, "");
  const fold = (text) => oneLine(text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase());

  /* A text as YAML has it: plain where nothing in it can be misread, or else in double quotes. */
  function written(value) {
    if (Array.isArray(value)) return `[${value.map((item) => scalar(item, /[,[\]{}]/)).join(", ")}]`;
    return scalar(value, /^$/);
  }

  function scalar(text, refused) {
    const isPlain = /^[\p{L}\p{N}]/u.test(text) && !/: |:$| #|^null$/i.test(text) && !refused.test(text);
    return isPlain ? text : quoted(text);
  }

  const quoted = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;

  /* Reads a file; `sections` are { id, names }. Raises where it is no file with front matter. */
  function parse(text, sections) {
    const [opening, closing] = text.matchAll(FENCE);
    if (!closing || text.slice(0, opening.index).trim()) throw new Error("no front matter");
    const start = text.indexOf("\n", opening.index) + 1;
    const body = text.indexOf("\n", closing.index) + 1 || text.length;
    const entries = entriesOf(text, start, closing.index);
    return { text, start, entries, parts: partsOf(text, body, sections) };
  }

  /* The entries of the front matter by key: the value, its place with its quotes or brackets, those
     of the items of a list, and the place of all lines of the entry. */
  function entriesOf(text, from, to) {
    const front = readable(text.slice(from, to));
    const found = new Map();
    if (!front.trim()) return found;
    const values = jsyaml.load(front, { schema: jsyaml.FAILSAFE_SCHEMA });
    let entry = null;
    let depth = 0;
    const close = () => {
      const line = text.indexOf("\n", entry.end) + 1;
      entry.lines = [entry.start, text[entry.end - 1] === "\n" ? entry.end : line || to];
      found.set(entry.key, entry);
      entry = null;
    };
    for (const event of jsyaml.parseEvents(front, {}).slice(2)) {
      if (event.type === POP) {
        depth -= 1;
        if (depth < 0) break;
        if (depth === 0) {
          if (entry.isFlow) entry.end = entry.place[1] = closing(text, entry.end);
          close();
        }
      } else if (!entry) {
        const key = front.slice(event.valueStart, event.valueEnd);
        const end = text.indexOf(":", from + event.valueEnd) + 1;
        const start = text.lastIndexOf("\n", from + event.valueStart - 1) + 1;
        entry = { key, value: values[key] ?? "", start, end, items: null };
      } else if (event.type === SCALAR) {
        const place = placeOf(text, from, event, entry.end);
        entry.end = Math.max(entry.end, place[1]);
        if (depth === 0) {
          entry.place = place;
          close();
        } else if (entry.items) entry.items.push(place);
      } else {
        if (depth === 0) {
          entry.place = [from + event.start, from + event.start];
          entry.items = [];
          entry.isFlow = event.style === FLOW;
          entry.end = from + event.start + 1;
        }
        depth += 1;
      }
    }
    return found;
  }

  /* The same text, of the same length, without what js-yaml refuses and `check` does not: a bracket
     that closes a list in the first column, and unusual blanks behind a colon. */
  function readable(front) {
    return front
      .replace(/(?:[ \t]#[^\n]*)?\r?\n(?=[\]}])/g, (all) => " ".repeat(all.length))
      .replace(/^([\w-]+:)[^\S\n]/gm, "$1 ");
  }

  /* Where a value stands, with its quotes, or the sign that begins a text of several lines. */
  function placeOf(text, from, event, behind) {
    if (event.valueStart < 0) return [behind, behind];
    const [start, end] = [from + event.valueStart, from + event.valueEnd];
    if (QUOTED.includes(event.style)) return [start - 1, end + 1];
    if (event.style < BLOCK) return [start, end];
    const sign = behind + text.slice(behind).search(/[|>]/);
    return [sign, Math.max(end, text.indexOf("\n", sign) + 1)];
  }

  function closing(text, from) {
    const bracket = /(?:[\s,]|#[^\n]*)*[\]}]/y;
    bracket.lastIndex = from;
    return bracket.test(text) ? bracket.lastIndex : from;
  }

  /* The parts of the body, each with its heading's place, and that of its text without blank lines. */
  function partsOf(text, body, sections) {
    const parts = [{ id: "", start: body, from: body }];
    const bare = text.slice(body).replace(CODE, (code) => code.replace(/[^\n]/g, " "));
    for (const { 0: all, 1: marked, 2: underlined, index } of bare.matchAll(HEADINGS)) {
      const title = fold((marked ?? underlined).replace(/[*_`]/g, ""));
      const named = sections.find(({ names }) => names.some((name) => fold(name) === title));
      const from = text.indexOf("\n", body + index + all.length - 1) + 1 || text.length;
      parts.push({ id: named?.id ?? null, start: body + index, from });
    }
    return parts.map((part, index) => {
      const end = parts[index + 1]?.start ?? text.length;
      const all = text.slice(part.from, end);
      const from = part.from + /^(?:[ \t]*\r?\n)*/.exec(all)[0].length;
      const core = text.slice(from, end).trimEnd();
      return { ...part, end, place: [from, from + core.length], text: without(core) };
    });
  }

  /* What the form can show: texts, and lists of texts. Other values are kept as they are. */
  function values(file) {
    const isText = (value) => typeof value === "string";
    const front = Object.create(null); // keys may be any words, such as __proto__
    for (const [key, { value }] of file.entries) {
      if (isText(value)) front[key] = oneLine(value);
      else if (Array.isArray(value) && value.every(isText)) front[key] = value.map(oneLine);
    }
    const parts = Object.create(null);
    for (const part of file.parts) {
      if (part.id !== null && !(part.id in parts)) parts[part.id] = part.text;
    }
    return { front, parts };
  }

  /* The text of the file with other values; keys and sections not named stay, and so do comments. */
  function changed(file, front, parts, keys, sections) {
    const eol = file.text.includes("\r\n") ? "\r\n" : "\n";
    const edits = [];
    let above = file.start;
    const { text: before } = file;
    const [indent] = /^[ \t]*/.exec(before.slice(file.entries.values().next().value?.lines[0] ?? file.start));
    for (const key of keys) {
      const entry = file.entries.get(key);
      const around = { above, text: before, eol, indent };
      if (key in front) edits.push(...editsOf(entry, key, front[key], around));
      above = entry?.lines[1] ?? above;
    }
    edits.push(...editsOfParts(file, parts, sections, eol));
    let text = "";
    let at = 0;
    edits.sort((one, other) => one[0] - other[0] || one[1] - other[1]); // equal ones keep their order
    for (const [start, end, instead] of edits) {
      text += file.text.slice(at, start) + instead;
      at = end;
    }
    return text + file.text.slice(at);
  }

  function editsOf(entry, key, wanted, { above, text, eol, indent }) {
    const list = (value) => [value].flat().filter(Boolean);
    const [had, now] = [list(entry?.value ?? "").map(oneLine), list(wanted)];
    if (had.every((item) => now.includes(item)) && now.every((item) => had.includes(item))) return [];
    if (!now.length) return [[...entry.lines, ""]];
    if (!entry) return [[above, above, `${indent}${key}: ${written(wanted)}${eol}`]];
    if (!entry.items?.length) return [replaced(entry, wanted, text, eol)];
    const kept = entry.items.map((_, index) => now.includes(oneLine(entry.value[index])));
    const added = now.filter((item) => !had.includes(item));
    return (entry.isFlow ? inBrackets : inLines)(entry.items, kept, added, text, eol);
  }

  function replaced({ place: [start, end] }, wanted, text, eol) {
    const isBlock = text[end - 1] === "\n"; // a text of several lines, which ends with the last one
    const gap = text[start - 1] === ":" ? " " : "";
    const isBeforeRemark = /^[ \t]+#/.test(text.slice(end)); // which would belong to a text without quotes
    const value = isBeforeRemark && !Array.isArray(wanted) ? quoted(wanted) : written(wanted);
    return [start, end, gap + value + (isBlock ? eol : "")];
  }

  /* A list in brackets; where it goes over several lines, the comments in it stay. */
  function inBrackets(items, kept, added, text) {
    const more = added.map((item) => scalar(item, /[,[\]{}]/)).join(", ");
    const isHigh = text.slice(items[0][0], items.at(-1)[1]).includes("\n");
    const edits = [];
    const first = kept.indexOf(true);
    const last = kept.lastIndexOf(true);
    items.forEach(([start, end], index) => {
      if (kept[index]) return;
      if (first < 0 && index === 0 && more) edits.push([start, end, more]);
      else if (isHigh || index < first) edits.push([start, end, ""], ...commaBehind(text, end));
      else edits.push([items[index - 1][1], end, ""]);
    });
    return last < 0 || !more ? edits : [[items[last][1], items[last][1], `, ${more}`], ...edits];
  }

  /* The comma behind an item, over comments and ends of lines, and the blanks behind it. */
  function commaBehind(text, end) {
    const found = /^((?:\s|#[^\n]*)*)(,[ \t]*)/.exec(text.slice(end));
    if (!found) return [];
    const start = end + found[1].length;
    return [[start, start + found[2].length, ""]];
  }

  /* A list with a line for each item. */
  function inLines(items, kept, added, text, eol) {
    const lineOf = ([start]) => text.lastIndexOf("\n", start - 1) + 1;
    const dashes = items.map((item) => /^[ \t]*-[ \t]+/.exec(text.slice(lineOf(item), item[0]))?.[0]);
    if (dashes.includes(undefined)) throw new Error("a list with lines that begin with no dash");
    const below = ([, end]) => text.indexOf("\n", end - 1) + 1;
    const edits = items
      .filter((_, index) => !kept[index])
      .map((item) => [lineOf(item), below(item), ""]);
    const more = added.map((item) => dashes[0] + scalar(item, /^$/) + eol).join("");
    return [...edits, [below(items.at(-1)), below(items.at(-1)), more]];
  }

  function editsOfParts(file, wanted, sections, eol) {
    const edits = [];
    let above = file.parts[0];
    for (const { id, label } of [{ id: "" }, ...sections]) {
      const part = file.parts.find((other) => other.id === id);
      const text = without(wanted[id] ?? part?.text ?? "").replace(/^(?:[ \t]*\n)+/, "").trimEnd();
      const lines = text.replaceAll("\n", eol);
      if (part ? text === part.text : !text) {
        above = part ?? above;
      } else if (!part) {
        const at = above.place[1];
        const blank = at === above.from ? eol : eol + eol; // below a heading, or nothing at all
        const last = at === file.text.length ? eol : "";
        edits.push([at, at, `${blank}## ${label}${eol}${eol}${lines}${last}`]);
      } else if (!text) {
        edits.push([part.start, part.end, id || part.end < file.text.length ? "" : eol]);
        above = part;
      } else if (part.text) {
        edits.push([...part.place, lines]);
        above = part;
      } else {
        edits.push([part.from, part.end, `${eol}${lines}${eol}${part.end < file.text.length ? eol : ""}`]);
        above = { ...part, place: [part.end, part.end] };
      }
    }
    return edits;
  }

  return { EMPTY, parse, values, changed, oneLine, without, fold };
})();
