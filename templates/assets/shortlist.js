/* The practices that a visitor has put on the shortlist: kept in this browser, and nowhere else. */

"use strict";

const shortlist = (() => {
  const root = new URL(document.querySelector(".site-name a").href).pathname; // sites may share a host
  const key = `shortlist ${root}`;

  function ids() {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return Array.isArray(kept) ? kept.filter((id) => /^[a-z0-9-]+$/.test(id)) : [];
    } catch {
      return []; // no storage here, or something else was kept under the name
    }
  }

  function keep(list) {
    try {
      localStorage.setItem(key, JSON.stringify(list));
      return true;
    } catch {
      return false;
    }
  }

  function toggle(id) {
    const list = ids();
    return keep(list.includes(id) ? list.filter((other) => other !== id) : [...list, id]);
  }

  /* The page of a practice as a document in which nothing runs and nothing is loaded. */
  function page(address) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("GET", address);
      request.responseType = "document";
      request.onload = () =>
        request.status < 400 && request.response ? resolve(request.response) : reject(request.status);
      request.onerror = () => reject(new Error(address));
      request.send();
    });
  }

  return { ids, toggle, page };
})();
