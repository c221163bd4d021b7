/* Sets of practices as bits: bit n of a set tells whether practice number n is in it. */

"use strict";

const bits = {
  /* A set for `total` practices from Base64, as repertory/publishing/facets.py writes it. */
  read(base64, total) {
    const set = bits.none(total);
    const bytes = new Uint8Array(set.buffer);
    const text = atob(base64);
    for (let i = 0; i < text.length; i += 1) {
      bytes[i] = text.charCodeAt(i);
    }
    return set;
  },

  none(total) {
    return new Uint32Array(Math.ceil(total / 32));
  },

  all(total) {
    const set = bits.none(total).fill(0xffffffff);
    if (total % 32) {
      set[set.length - 1] = 2 ** (total % 32) - 1;
    }
    return set;
  },

  of(numbers, total) {
    const set = bits.none(total);
    for (const n of numbers) {
      set[n >>> 5] |= 1 << (n & 31);
    }
    return set;
  },

  has: (set, n) => (set[n >>> 5] & (1 << (n & 31))) !== 0,

  and(a, b) {
    const both = new Uint32Array(a.length); // a plain loop: several times as fast as map()
    for (let i = 0; i < a.length; i += 1) {
      both[i] = a[i] & b[i];
    }
    return both;
  },

  or(a, b) {
    const either = new Uint32Array(a.length);
    for (let i = 0; i < a.length; i += 1) {
      either[i] = a[i] | b[i];
    }
    return either;
  },

  /* The bits of a word are added in pairs, fours and eights at once (Warren, Hacker's Delight, 5-1). */
  count(set) {
    let total = 0;
    for (let word of set) {
      word -= (word >>> 1) & 0x55555555;
      word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
      total += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return total;
  },

  /* The numbers in a set, the highest first: the newest practice has the highest. */
  newestFirst(set) {
    const numbers = [];
    for (let i = set.length - 1; i >= 0; i -= 1) {
      for (let word = set[i]; word;) {
        const highest = 31 - Math.clz32(word);
        numbers.push(i * 32 + highest);
        word ^= 1 << highest;
      }
    }
    return numbers;
  },
};
