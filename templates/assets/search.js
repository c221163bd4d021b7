/* The search page: asks the Lunr index for what stands in ?q= and lists what it finds. */

"use strict";

(() => {
  const finder = document.querySelector(".finder");
  const field = finder.querySelector("input");
  const status = finder.querySelector(".status");
  const results = finder.querySelector(".results");
  const { REQUIRED, OPTIONAL } = lunr.Query.presence;
  const UNDECOMPOSED = {
    ł: "l", ø: "o", æ: "ae", œ: "oe", đ: "d", ð: "d", þ: "th", ı: "i", ß: "ss", ς: "σ",
  };
  const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const SHOWN_AT_ONCE = 50;

  /* The same words as words() in repertory/publishing/search.py makes of the texts. */
  function wordsOf(text) {
    return (text.normalize("NFC").match(/[\p{L}\p{N}]+/gu) || []).map(fold);
  }

  function fold(word) {
    const bare = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return bare.replace(/[łøæœđðþıßς]/g, (letter) => UNDECOMPOSED[letter]);
  }

  function find(index, words, presence) {
    return index.query((query) => {
      words.forEach((word, i) => {
        const isLast = i === words.length - 1;
        const wildcard = isLast ? lunr.Query.wildcard.TRAILING : lunr.Query.wildcard.NONE;
        query.term(word, { presence, wildcard, usePipeline: false });
        if (isLast) {
          query.term(word, { presence: OPTIONAL, boost: 4, usePipeline: false });
        }
      });
    });
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    made.dir = "auto";
    if (className) {
      made.className = className;
    }
    return made;
  }

  function result(practice) {
    const link = element("a", practice.title);
    link.href = practice.url;
    const heading = element("h2", "");
    heading.append(link);
    const item = document.createElement("li");
    item.append(heading);
    if (practice.about.length) {
      item.append(element("p", practice.about.join(" · "), "meta"));
    }
    item.append(element("p", practice.summary));
    return item;
  }

  function counted(number) {
    return number === 1 ? "1 practice" : `${number} practices`;
  }

  function sentence(found, words, isPartial) {
    if (!found) {
      return words.length === 1 ? "No practice has this word." : "No practice has any of these words.";
    }
    const shown = found > SHOWN_AT_ONCE ? `, the best ${SHOWN_AT_ONCE} of them here` : "";
    if (!isPartial) {
      return `${counted(found)}${shown}.`;
    }
    const all = words.length === 2 ? "both words" : `all ${NUMBERS[words.length] || words.length} words`;
    return `No practice has ${all}; ${found === 1 ? "this one has" : "these have"} some of them.`;
  }

  function show({ index, practices }, text) {
    const words = [...new Set(wordsOf(text))];
    results.replaceChildren();
    if (!words.length) {
      status.textContent = text.trim() ? "There is no word in this to search for." : "";
      return;
    }
    const exact = find(index, words, REQUIRED);
    const found = exact.length ? exact : find(index, words, OPTIONAL);
    status.textContent = sentence(found.length, words, !exact.length);
    results.append(...found.slice(0, SHOWN_AT_ONCE).map(({ ref }) => result(practices.get(ref))));
  }

  async function json(address) {
    const response = await fetch(address);
    if (!response.ok) {
      throw new Error(`${address}: ${response.status}`);
    }
    return response.json();
  }

  async function load() {
    const { index, documents } = finder.dataset;
    const [serialised, practices] = await Promise.all([json(index), json(documents)]);
    return { index: lunr.Index.load(serialised), practices: new Map(Object.entries(practices)) };
  }

  function asked() {
    return new URLSearchParams(location.search).get("q") || "";
  }

  let loading = null;

  async function search(text) {
    if (!text.trim() && !loading) {
      return;
    }
    try {
      loading ||= load();
      const loaded = await loading;
      if (text === field.value) {
        show(loaded, text);
      }
    } catch (error) {
      loading = null;
      status.textContent = "The search index could not be fetched. The lists below work without it.";
      console.error(error);
    }
  }

  field.value = asked();
  if (location.protocol === "file:") {
    status.textContent =
      "Search needs the site to be served, from a web address. The lists below work here too.";
    return;
  }
  search(field.value);
  field.addEventListener("input", () => search(field.value));
  finder.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    search(field.value);
  });
  field.addEventListener("change", () => {
    if (field.value !== asked()) {
      history.pushState(null, "", `?${new URLSearchParams({ q: field.value })}`);
    }
  });
  window.addEventListener("popstate", () => {
    field.value = asked();
    search(field.value);
  });
})();
