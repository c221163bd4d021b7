/* How a record will look, while it is written: elements made one by one, so that nothing in a text
   can become anything but text. */

"use strict";

const preview = (() => {
  const { rel } = document.querySelector(".preview").dataset; // of links to other sites
  const MOST_WORK = 3_000_000; // signs of a paragraph times its characters: half a second of marked
  const LONGEST_WORD = 2_000; // characters
  const BELOW = 2; // the title is a heading of the third level here, sections of the fourth
  const INSIDE = { strong: "strong", em: "em", paragraph: "p", blockquote: "blockquote", list_item: "li" };

  /* What Python-Markdown, which makes the pages, takes for text. */
  const textWhere = (pattern) => (source) => (pattern.test(source) ? undefined : false);
  marked.use({
    tokenizer: { del: textWhere(/^/), url: textWhere(/^/), br: textWhere(/^\\/), list: textWhere(/^ *\d+\)/) },
  });

  function made(name, content = [], attributes = {}) {
    const element = document.createElement(name);
    element.append(...[content].flat());
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  /* As is_address in repertory/reading/addresses.py judges. */
  function isAddress(value) {
    const [, host, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(value) ?? [];
    if (host === undefined || host.includes("@") || /:0+$/.test(host) || !URL.canParse(value)) return false;
    return /^[^\s.,;%]+(\.[^\s.,;%]+)+$/.test(host.replace(/:\d*$/, "")) && !/[\p{C}\p{Z}<>"\\]/u.test(host + rest);
  }

  /* As is_mail there. */
  function isMail(value) {
    const somebody = String.raw`[\p{L}\p{N}_.+'-]+@[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)+`;
    return new RegExp(`^mailto:${somebody}(,${somebody})*(\\?(?!.*%[01])\\S*)?$`, "iu").test(value);
  }

  const all = (tokens) => (tokens ?? []).flatMap(nodes);

  function nodes(token) {
    const { type } = token;
    if (type in INSIDE) return [made(INSIDE[type], all(token.tokens))];
    if (type === "heading") return [made(`h${Math.min(6, token.depth + BELOW)}`, all(token.tokens))];
    if (type === "list") return [made(token.ordered ? "ol" : "ul", all(token.items))];
    if (type === "code") return [made("pre", made("code", token.text), { tabindex: "0" })];
    if (type === "codespan") return [made("code", token.text)];
    if (type === "br" || type === "hr") return [made(type)];
    if (type === "space" || type === "def") return [];
    if (type === "link" && (isAddress(token.href) || isMail(token.href))) {
      return [made("a", all(token.tokens), { href: token.href, rel })];
    }
    if (type === "table") return [table(token)];
    return token.tokens ? all(token.tokens) : [token.text ?? token.raw];
  }

  function table({ header, rows }) {
    const row = (cells, name) => made("tr", cells.map((cell) => made(name, all(cell.tokens))));
    const whole = made("table", [
      made("thead", row(header, "th")),
      made("tbody", rows.map((cells) => row(cells, "td"))),
    ]);
    const scrolling = { class: "table", role: "group", "aria-label": "Table", tabindex: "0" };
    return made("div", whole, scrolling); // as repertory/reading/markdown.py does it
  }

  /* The tokens of a text; one that is nested too deeply for the browser has none, and one that may
     take long is shown as it is written. */
  function lexed(text) {
    const work = (part) => part.length * (part.match(/[*_`~[\]<&!\\|>]/g)?.length ?? 0);
    const isLong = text.split(/\n\s*\n/).some((part) => work(part) > MOST_WORK);
    if (isLong || text.split(/\s+/).some((word) => word.length > LONGEST_WORD)) {
      return [{ type: "code", text }];
    }
    try {
      return marked.lexer(text);
    } catch {
      return [];
    }
  }

  /* What a text of a record is made of, in order, with what is inside: for the form's checks. */
  function tokens(text) {
    const found = [];
    marked.walkTokens(lexed(text), (token) => found.push(token));
    return found;
  }

  /* Fills an element: `facts` are pairs of a label and texts, `parts` pairs of a heading and a text. */
  function show(element, { title, summary, language, facts, parts }) {
    const dir = /^[a-z]{2,3}$/.test(language) && new Intl.Locale(language).getTextInfo?.().direction || "auto";
    const written = language ? { lang: language, dir } : { dir };
    const text = parts.flatMap(([heading, body]) => [
      ...(heading ? [made("h4", heading)] : []),
      ...all(lexed(body)),
    ]);
    element.replaceChildren(
      made("h3", title || "…", { ...written, class: "title" }),
      made("p", summary, { ...written, class: "lead" }),
      made("dl", facts.map(([label, values]) =>
        made("div", [made("dt", label), ...values.map((value) => made("dd", value))])), { class: "facts" }),
      made("div", text, { ...written, class: "prose" }),
    );
  }

  return { show, tokens, made, isAddress, isMail };
})();
