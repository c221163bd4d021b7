/* The nearest of the practices that there are: by their address, or by the words of their title. */

"use strict";

const nearest = (() => {
  const NEAR = 0.6; // share of the words of the shorter title
  const MOST = 3;
  let known = null; // [id, title, addresses, former ids] of each practice

  async function load(address) {
    try {
      known ??= await (await fetch(address)).json();
    } catch {
      known = []; // from a disk, pages may not read files
    }
  }

  const bare = (address) => address.toLowerCase().replace(/^(https?:\/\/)?(www\.)?|[/#]+$/g, "");
  const wordsOf = (title) => new Set(record.fold(title).split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2));

  function score([, title, addresses], words, address) {
    if (address.length > 3 && addresses.some((one) => bare(one) === address)) return 2;
    const theirs = wordsOf(title);
    const shared = [...words].filter((word) => theirs.has(word)).length;
    return shared > 1 || theirs.size === 1 ? shared / Math.max(1, Math.min(words.size, theirs.size)) : 0;
  }

  /* Returns [id, title] of the nearest, the best first; `own` is the one that is changed. */
  function find(title, address, own) {
    const words = wordsOf(title);
    return (known ?? [])
      .map((one) => [score(one, words, bare(address)), one])
      .filter(([points, [id]]) => points >= NEAR && id !== own)
      .sort(([one], [other]) => other - one)
      .slice(0, MOST)
      .map(([, [id, found]]) => [id, found]);
  }

  const isTaken = (id) => (known ?? []).some(([other, , , former]) => other === id || former.includes(id));

  return { load, find, isTaken };
})();
