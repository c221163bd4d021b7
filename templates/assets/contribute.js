/* The page "Add a practice": writes the terms named in the address into the record. */

"use strict";

(() => {
  const filled = [];
  const query = new URLSearchParams(location.search);
  document.querySelectorAll("[data-facet]").forEach((line) => {
    const { facet, terms, many } = line.dataset;
    const known = terms.split(" ");
    const named = [...new Set(query.getAll(facet))].filter((term) => known.includes(term));
    if (named.length) {
      const value = many === undefined ? named[0] : `[${named.join(", ")}]`;
      line.textContent = `${facet}: ${value}`;
      line.className = "filled";
      filled.push(line.textContent);
    }
  });
  if (filled.length) {
    const status = document.querySelector("[role=status]");
    status.textContent = `The terms you come from are filled in: ${filled.join(" and ")}.`;
  }
})();
