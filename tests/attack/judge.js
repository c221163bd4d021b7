/* Judges a document: returns a sentence on everything in it that nobody but an author could want.

   `path` is where the page stands in the site; `known` has the files of the site, and every pair of
   an element and an attribute that the pages of a harmless site have outside of the prose. */

"use strict";

globalThis.judged = (() => {
  const SITE = "https://world.example/some/where/";
  const REL = ["noopener", "nofollow", "ugc"];
  const ADDRESSES = ["href", "src", "action", "formaction", "data", "poster", "background", "srcset", "ping", "cite"];
  const NONE = [];
  const PROSE = {
    p: NONE, br: NONE, hr: NONE, ul: NONE, dl: NONE, dt: NONE, dd: NONE, blockquote: NONE, em: NONE,
    strong: NONE, table: NONE, thead: NONE, tbody: NONE, tr: NONE, th: NONE, td: NONE,
    h2: ["id"], h3: ["id"], h4: ["id"], h5: ["id"], h6: ["id"], li: ["id"], sup: ["id"], ol: ["start"],
    a: ["href", "title", "class", "rel"], abbr: ["title"], code: ["class"], pre: ["tabindex"],
    div: ["class", "role", "aria-label", "tabindex"],
    img: ["src", "alt", "title", "width", "height", "loading", "decoding"],
  };
  const VALUES = {
    class: /^(footnote(-ref|-backref)?|language-[\w+-]+|table)$/,
    id: /^(s-[a-z0-9-]+|fn(ref)?\d*:[\p{L}\p{N}_-]+)$/u,
    rel: /^noopener nofollow ugc$/,
    tabindex: /^0$/,
    role: /^group$/,
    "aria-label": /^Table$/,
  };

  function isJSON(text) {
    try {
      return Boolean(JSON.parse(text));
    } catch {
      return false;
    }
  }

  function* ofProse(prose) {
    for (const element of prose.querySelectorAll("*")) {
      const name = element.localName;
      const isHTML = element.namespaceURI === "http://www.w3.org/1999/xhtml";
      if (!isHTML || !Object.hasOwn(PROSE, name)) yield `<${name}> in the prose`;
      else for (const { name: key, value } of element.attributes) {
        if (!PROSE[name].includes(key)) yield `${key}=${value} on <${name}> in the prose`;
        else if (Object.hasOwn(VALUES, key) && !VALUES[key].test(value)) yield `${key}=${value} in the prose`;
      }
    }
  }

  function ofAddress(element, value, path, files) {
    const { localName: name } = element;
    if (/[\0-\x20\x7f]/.test(value) || /^[^?#]*\\/.test(value)) return "has signs that browsers pass over";
    let url;
    try {
      url = new URL(value, SITE + path);
    } catch {
      return "is none";
    }
    if (url.protocol === "blob:" && url.origin === location.origin) return ""; // for saving, made by our scripts
    const isPlace = url.origin === new URL(SITE).origin;
    if (isPlace && url.pathname.startsWith(new URL(SITE).pathname)) {
      const file = decodeURIComponent(url.pathname).slice(new URL(SITE).pathname.length);
      return !files || files.has(file) ? "" : "leads to no file of the site";
    }
    if (name === "a" && url.protocol === "mailto:") return "";
    if (name !== "a" || !["http:", "https:"].includes(url.protocol)) return "leads out of the site";
    if (!/^https?:\/\/[^/]/i.test(value)) return "does not say that it leads out of the site";
    if (url.username || url.password) return "has a name before the host";
    const isOurs = element.closest(".site-foot, .paper, .ways") !== null;
    return isOurs || REL.every((word) => element.relList.contains(word)) ? "" : `has the rel “${element.rel}”`;
  }

  function* ofElement(element, path, { files, pairs }) {
    const { localName: name } = element;
    const isProse = element.closest(".prose") !== null;
    for (const { name: key, value } of element.attributes) {
      if (/^on|^style$|^srcdoc$/.test(key)) yield `${key}=${value} on <${name}>`;
      if (!isProse && pairs && !pairs.has(`${name} ${key}`)) yield `${key}=${value} on <${name}>, as no harmless page has it`;
      if (/^data-(told|only|names)$/.test(key) && !isJSON(value)) yield `no JSON in ${key}=${value}`;
      if (!ADDRESSES.includes(key) && !key.includes(":")) continue;
      const fault = ofAddress(element, value, path, files);
      if (fault) yield `the address ${key}=${value} on <${name}> ${fault}`;
    }
    if (!isProse && pairs && !pairs.has(name)) yield `<${name}>, as no harmless page has it`;
    if (name === "script" && /json/.test(element.type)) {
      if (!isJSON(element.textContent)) yield `no JSON in ${element.outerHTML}`;
    } else if (name === "script" && (element.textContent || !element.src)) yield element.outerHTML;
    if (/^(base|iframe|frame|object|embed|style|template|portal)$/.test(name)) yield element.outerHTML;
    const equiv = name === "meta" && element.httpEquiv;
    if (equiv === "refresh") {
      const [, to] = /^0; url=([\w./-]+)$/.exec(element.content) ?? [];
      if (!to || !files?.has(new URL(to, SITE + path).href.slice(SITE.length))) yield element.outerHTML;
    } else if (equiv && equiv !== "Content-Security-Policy") yield element.outerHTML;
  }

  function* faults(page, path, known, texts) {
    const ids = new Set();
    for (const element of page.querySelectorAll("*")) {
      if (element.localName === "link" && element.rel === "canonical") continue;
      yield* ofElement(element, path, known);
      if (element.id && ids.has(element.id)) yield `two elements have the id ${element.id}`;
      ids.add(element.id);
    }
    for (const prose of page.querySelectorAll("main .prose")) yield* ofProse(prose);
    const flat = (text) => text.replace(/\s+/g, " ");
    const whole = flat(page.body.textContent);
    for (const text of texts) if (!whole.includes(flat(text))) yield `the text is not there as it was written: ${text}`;
  }

  return (page, path, known = {}, texts = []) => [...faults(page, path, known, texts)].map((fault) => `${path}: ${fault}`);
})();

/* The same for pages that are only read, [path, html, texts]; prose that is read again as it was
   understood has to be the same. */
globalThis.judgedTexts = (pages, known) => pages.flatMap(([path, html, texts]) => {
  const read = (text) => new DOMParser().parseFromString(text, "text/html");
  const page = read(html);
  const isSame = ({ innerHTML }) => read(innerHTML).body.innerHTML.trim() === innerHTML.trim();
  const isStable = [...page.querySelectorAll("main .prose")].every(isSame);
  return [...judged(page, path, known, texts), ...(isStable ? [] : [`${path}: read again it is another`])];
});

/* The pairs of elements and attributes, and the elements, that pages have outside of the prose. */
globalThis.pairsOf = (pages) => [...new Set(pages.flatMap((html) =>
  [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("*")]
    .filter((element) => !element.closest(".prose > *"))
    .flatMap((element) => [element.localName, ...element.getAttributeNames().map((key) => `${element.localName} ${key}`)])))];
