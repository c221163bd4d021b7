/* The search itself, in a worker: finds, ranks, counts and marks. docs/search.md tells how.

   Before it stand, in the same file, bits.js and the packages in `packaged`: lunr, and under the
   code of its language the stemmer of each language of the site. */

"use strict";

const LONGEST_QUERY = 12; // words
const SHORTEST_BEGINNING = 3; // letters from which the last word may be the beginning of another
const MOST_SHARDS = 6; // to fetch for the words that begin so
const TWO_TYPOS = 8; // letters from which a word may have two
const MOST_MEANT = 6; // words that a mistyped one may stand for
const EXACT = 4; // how much more a word counts than one that only begins so
const MOST_FOR_LUNR = 300; // results; an index of Lunr's for more keeps a slow telephone busy
const CARDS_AT_FIRST = 10;
const SNIPPET = 220; // characters
const A = "A".charCodeAt(0);
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* As repertory/publishing/words.py splits, folds and stems. */

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const UNDECOMPOSED = {
  ł: "l", ø: "o", æ: "ae", œ: "oe", đ: "d", ð: "d", þ: "th", ı: "i", ß: "ss", ς: "σ",
};
const stems = new Map();

function split(text) {
  return text.normalize("NFC").toLowerCase().match(WORD) || [];
}

function fold(word) {
  const bare = word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const plain = bare.replace(/[łøæœđðþıßς]/g, (letter) => UNDECOMPOSED[letter]);
  return plain.replace(/\s+/g, " ").trim(); // a few letters decompose to some with a blank
}

function stem(word, language) {
  const key = `${language} ${word}`;
  if (!stems.has(key)) {
    const folded = fold(word) || word;
    const stemmer = index.languages.includes(language) && !/[0-9]/.test(folded) && packaged[language];
    stems.set(key, (stemmer && (stemmer.stemmer || stemmer)(folded)) || folded);
  }
  return stems.get(key);
}

/* A word as each language of the site would have it in the index. */
function inEveryLanguage(word) {
  return new Set([fold(word), ...index.languages.map((language) => stem(word, language))]);
}

/* What was fetched */

const fetched = new Map();
const decoded = new Map();
let base = "";
let index = null; // the manifest
let opening = null;

/* What `read` makes of a file of the index. */
function get(name, read = (found) => found, options = {}) {
  if (!fetched.has(name)) {
    const loading = fetch(base + name, options).then(async (response) => {
      if (!response.ok) {
        throw new Error(`${name}: ${response.status}`);
      }
      return read(await response.json());
    });
    loading.catch(() => fetched.delete(name));
    fetched.set(name, loading);
  }
  return fetched.get(name);
}

function versioned(name, read) {
  return get(`${name}?v=${index.version}`, read);
}

function open(address, manifest) {
  base = address;
  opening ||= Promise.resolve(manifest || get("index.json", undefined, { cache: "no-cache" })).then((found) => {
    const sum = found.lengths.reduce((all, length) => all + length, 0);
    const common = new Set(found.common.split(" "));
    index = { ...found, common, average: sum / found.total };
  });
  opening.catch(() => {
    opening = null;
  });
  return opening;
}

/* After a failure: the site may have been published anew, with other numbers and names. */
function forget() {
  opening = null;
  last = { q: null };
  [fetched, decoded].forEach((kept) => kept.clear());
}

/* The place of the range that a word is in: the last that does not begin behind it. */
function rangeOf(word, firsts) {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = firsts[middle] <= word ? [middle + 1, high] : [low, middle];
  }
  return low - 1;
}

function shardOf(term) {
  return index.shards.file[Math.max(0, rangeOf(term, index.shards.first))];
}

/* The postings of a term: numbers of practices, the frequency in each, and both as a set. */
async function postingsOf(term) {
  if (!decoded.has(term) && index.shards.file.length) {
    const posting = (await shard(shardOf(term))).get(term);
    decoded.set(term, posting === undefined ? null : decode(posting));
  }
  return decoded.get(term) || null;
}

/* The postings of a range of terms, still packed, by term. */
function shard(name) {
  return get(`shards/${name}.json`, ({ words, postings }) => {
    const packed = postings.split(";");
    return new Map(wordsIn(words).map((word, i) => [word, packed[i]]));
  });
}

/* Unpacks what front_coded() in repertory/publishing/postings.py writes. */
function wordsIn(text) {
  let word = [];
  return Array.from(text.matchAll(/([A-Z])([^A-Z]*)/g), ([, alike, rest]) => {
    word = [...word.slice(0, alike.charCodeAt(0) - A), ...rest];
    return word.join("");
  });
}

/* Unpacks what posting() in repertory/publishing/postings.py writes. */
function decode(posting) {
  const [numbers, frequencies] = [[], []];
  for (const part of posting.split(" ")) {
    const [packed, frequency = 1] = part.split("-").reverse();
    for (const number of unpacked(packed)) {
      numbers.push(number);
      frequencies.push(Number(frequency));
    }
  }
  return { numbers, frequencies, set: bits.of(numbers, index.total) };
}

/* The rising numbers whose gaps packed() wrote in Rice's code: ones, a zero, the low bits. */
function unpacked(packed) {
  const low = packed.charCodeAt(0) - A;
  const numbers = [];
  let [number, gap, missing] = [-1, 0, -1]; // missing: low bits still to come, or -1 before them
  for (const letter of packed.slice(1)) {
    const six = BASE64.indexOf(letter);
    for (let mask = 32; mask; mask >>= 1) {
      const bit = six & mask ? 1 : 0;
      if (missing > 0) {
        gap = gap * 2 + bit;
        missing -= 1;
      } else if (bit) {
        gap += 1;
      } else {
        missing = low;
      }
      if (missing === 0) {
        number += gap + 1;
        numbers.push(number);
        [gap, missing] = [0, -1];
      }
    }
  }
  return numbers;
}

async function known(terms) {
  const found = await Promise.all([...terms].map(async (term) => [term, await postingsOf(term)]));
  return found.filter(([, postings]) => postings);
}

/* All words whose folded form begins so: {word, folded}. */
async function wordsThatBegin(beginning) {
  const { first, file } = index.words;
  const lists = [];
  for (let i = Math.max(0, rangeOf(beginning, first)); i < file.length; i += 1) {
    if (first[i] > beginning && !first[i].startsWith(beginning)) {
      break;
    }
    lists.push(wordList(file[i]));
  }
  const words = (await Promise.all(lists)).flat();
  return words.filter(({ folded }) => folded.startsWith(beginning));
}

function wordList(name) {
  return get(`words/${name}.json`, (words) => wordsIn(words).map((word) => ({ word, folded: fold(word) })));
}

/* What is asked */

/* Optimal string alignment distance (Damerau 1964; Boytsov 2011), or `most` + 1 if it is more. */
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) {
    return most + 1;
  }
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    if (Math.min(...row) > most) {
      return most + 1;
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/* The words that a mistyped one may stand for: among those with its first letter, then all. */
async function meant(word) {
  const typed = fold(word);
  const most = typed.length >= TWO_TYPOS ? 2 : 1;
  let nearest = [];
  let least = most;
  for (const beginning of typed.length < SHORTEST_BEGINNING ? [] : [typed[0], ""]) {
    for (const { word: candidate, folded } of await wordsThatBegin(beginning)) {
      const far = distance(typed, folded, least);
      if (far < least) {
        [nearest, least] = [[], far];
      }
      if (far === least && !nearest.includes(candidate)) {
        nearest.push(candidate);
      }
    }
    if (nearest.length && least === 1) {
      break;
    }
  }
  return nearest;
}

/* The terms that a word stands for, each with how much it counts: {word, terms, instead}. The
   beginning of too many words has neither terms nor others instead: it waits for a letter more. */
async function understood(word, isUnfinished) {
  const beginning = fold(word);
  const isBeginning = isUnfinished && beginning.length >= SHORTEST_BEGINNING;
  const [exact, words] = await Promise.all([
    known(inEveryLanguage(word)),
    isBeginning ? wordsThatBegin(beginning) : [],
  ]);
  const longer = new Set(words.flatMap((each) => [...inEveryLanguage(each.word)]));
  const isWide = new Set([...longer].map(shardOf)).size > MOST_SHARDS;
  const begun = isWide ? [] : await known(longer);
  const terms = new Map([...begun.map(([term]) => [term, 1]), ...exact.map(([term]) => [term, EXACT])]);
  if (terms.size || isWide) {
    return { word, terms, instead: [], isWide: isWide && !terms.size };
  }
  return insteadOf(word);
}

async function insteadOf(word) {
  const candidates = [];
  for (const candidate of await meant(word)) {
    const found = await known(inEveryLanguage(candidate));
    const most = Math.max(0, ...found.map(([, { numbers }]) => numbers.length));
    candidates.push({ candidate, found, most });
  }
  const best = candidates.sort((a, b) => b.most - a.most).slice(0, MOST_MEANT);
  const terms = new Map(best.flatMap(({ found }) => found.map(([term]) => [term, EXACT])));
  return { word, terms, instead: best.map(({ candidate }) => candidate) };
}

/* What is found */

/* Lunr's weight of a term in a practice: BM25 (Robertson and Zaragoza 2009) with k1 = 1.2 and
   b = 0.75, rounded as Lunr does. */
function rarity(having) {
  return Math.log(1 + Math.abs((index.total - having + 0.5) / (having + 0.5)));
}

function weight(rare, frequency, length) {
  const long = 1.2 * (0.25 + 0.75 * (length / index.average));
  return Math.round((rare * 2.2 * frequency * 1000) / (long + frequency)) / 1000;
}

/* Tells the number of each of `hits` that has a term, with the term's weight in it. */
function weigh(term, hits, tell) {
  const { numbers, frequencies } = decoded.get(term);
  const rare = rarity(numbers.length);
  numbers.forEach((number, i) => {
    if (bits.has(hits, number)) {
      tell(number, weight(rare, frequencies[i], index.lengths[number]));
    }
  });
}

/* The scores by number, from a lunr.Index of nothing but the terms of the query. */
function scoresByLunr(clauses, hits) {
  const { Index, Pipeline, TokenSet, Vector } = packaged.lunr;
  const inverted = Object.create(null);
  const vectors = {};
  for (const [term] of clauses) {
    const _index = Object.keys(inverted).length;
    inverted[term] = { _index, text: {} };
    weigh(term, hits, (number, heavy) => {
      inverted[term].text[number] = {};
      vectors[`text/${number}`] ??= new Vector();
      vectors[`text/${number}`].insert(_index, heavy);
    });
  }
  const small = new Index({
    invertedIndex: inverted,
    fieldVectors: vectors,
    tokenSet: TokenSet.fromArray(Object.keys(inverted).sort()),
    fields: ["text"],
    pipeline: new Pipeline(),
  });
  const found = small.query((query) => {
    for (const [term, boost] of clauses) {
      query.term(term, { boost, usePipeline: false });
    }
  });
  const scores = new Float64Array(index.total);
  found.forEach(({ ref, score }) => (scores[ref] = score));
  return scores;
}

/* The same by adding up: the scalar product with the query, divided by the query's length. */
function scoresDirectly(clauses, hits) {
  const scores = new Float64Array(index.total);
  const size = Math.hypot(...clauses.values());
  for (const [term, boost] of clauses) {
    weigh(term, hits, (number, heavy) => {
      scores[number] += (boost * heavy) / size;
    });
  }
  return scores;
}

/* All terms of a query with how much they count: a term of two words counts for both. */
function clausesOf(words) {
  const clauses = new Map();
  for (const [term, boost] of words.flatMap(({ terms }) => [...terms])) {
    clauses.set(term, (clauses.get(term) || 0) + boost);
  }
  return clauses;
}

/* The practices that have all words, or else those that have most of them: {hits, have, of}. */
function having(asked) {
  const words = asked.filter(({ isWide }) => !isWide);
  if (!words.length) {
    return { hits: bits.all(index.total), have: 0, of: 0 };
  }
  const required = words.filter(({ word }) => !index.common.has(fold(word)));
  const counted = required.length ? required : words;
  const sets = counted.map(({ terms }) =>
    [...terms.keys()].reduce(
      (set, term) => bits.or(set, decoded.get(term).set), bits.none(index.total),
    ));
  const some = [bits.all(index.total)]; // some[n]: those with n words or more
  for (const set of sets) {
    for (let n = some.length; n > 0; n -= 1) {
      const one = bits.and(some[n - 1], set);
      some[n] = some[n] ? bits.or(some[n], one) : one;
    }
  }
  const have = some.findLastIndex((set) => bits.count(set));
  return { hits: have ? some[have] : bits.none(index.total), have, of: sets.length };
}

/* The last question, which filters, order and page leave as it is. */
let last = { q: null };

async function understoodWhole(q) {
  if (last.q !== q) {
    const asked = [...new Set(split(q))];
    const kept = asked.slice(0, LONGEST_QUERY);
    const isOpen = /[\p{L}\p{N}\p{M}]$/u.test(q);
    const unfinished = isOpen && split(q).at(-1);
    const words = await Promise.all(kept.map((word) => understood(word, word === unfinished)));
    last = { q, words, ignored: asked.slice(LONGEST_QUERY), ...having(words) };
  }
  return last;
}

/* Facets */

function setsOf(facet) {
  return versioned(`facets/${facet}.json`, ({ terms }) => Object.fromEntries(
    Object.entries(terms).map(([term, set]) => [term, bits.read(set, index.total)])));
}

async function setsByFacet(facets) {
  const found = await Promise.all(facets.map(setsOf));
  return Object.fromEntries(facets.map((facet, i) => [facet, found[i]]));
}

function anyOf(sets, terms) {
  const none = bits.none(index.total);
  return terms.reduce((set, term) => (Object.hasOwn(sets, term) ? bits.or(set, sets[term]) : set), none);
}

/* The practices in `hits` that have, of every facet but `except`, one of the chosen terms. */
function filtered(hits, chosen, sets, except) {
  return Object.entries(chosen).reduce(
    (set, [facet, terms]) =>
      facet === except ? set : bits.and(set, anyOf(sets[facet], terms)),
    hits,
  );
}

/* What the list would hold if a term were chosen too, for every term of a facet. */
function counts(facet, hits, chosen, sets) {
  const others = filtered(hits, chosen, sets, facet);
  const already = anyOf(sets[facet], chosen[facet] || []);
  return Object.fromEntries(
    Object.entries(sets[facet]).map(
      ([term, set]) => [term, bits.count(bits.and(others, bits.or(already, set)))],
    ),
  );
}

/* What the list would hold without one of the chosen terms, for each: [facet, term, count]. */
function without(hits, chosen, sets) {
  return Object.entries(chosen).flatMap(([facet, terms]) =>
    terms.map((term) => {
      const rest = terms.filter((other) => other !== term);
      const others = { ...chosen, [facet]: rest };
      return [facet, term, bits.count(filtered(hits, others, sets, rest.length ? "" : facet))];
    }));
}

/* What less would give where nothing is found: filters less, words less, one word alone. */
function waysOut(words, hits, chosen, sets) {
  const left = (set) => bits.count(filtered(set, chosen, sets));
  return {
    without: without(hits, chosen, sets),
    alone: words.map((each) => [each.word, left(having([each]).hits)]),
    withoutWords: left(bits.all(index.total)),
  };
}

/* Results */

/* The first `most` of a list, or some more of it, in its order. */
async function inOrder(set, question, sort, most = Infinity) {
  const newest = bits.newestFirst(set);
  if (sort === "title") {
    return (await versioned("titles.json")).filter((number) => bits.has(set, number));
  }
  if (sort === "newest" || !question.words.length) {
    return newest;
  }
  const rank = bits.count(question.hits) > MOST_FOR_LUNR ? scoresDirectly : scoresByLunr;
  const scores = (question.scores ??= rank(clausesOf(question.words), question.hits));
  const rising = new Float64Array(newest.map((number) => scores[number])).sort(); // by numbers: fast
  const least = newest.length > most ? rising[newest.length - most] : 0;
  return newest.filter((number) => scores[number] >= least).sort((a, b) => scores[b] - scores[a]);
}

/* A text in pieces, [text, whether it is to be marked], and the terms that stand in it. */
function marked(text, language, terms) {
  const pieces = [];
  const found = new Set();
  let end = 0;
  const whole = text.normalize("NFC");
  for (const match of whole.matchAll(WORD)) {
    const term = stem(match[0].toLowerCase(), language);
    if (terms.has(term)) {
      found.add(term);
      pieces.push([whole.slice(end, match.index), false], [match[0], true]);
      end = match.index + match[0].length;
    }
  }
  pieces.push([whole.slice(end), false]);
  return { pieces: pieces.filter(([piece]) => piece), found };
}

/* The direction in which a language is written; browsers that do not know it guess by the letters. */
function directionOf(language) {
  return new Intl.Locale(language).getTextInfo?.().direction ?? "auto";
}

async function card(number, words) {
  const file = await versioned(`cards/${Math.floor(number / index.cards)}.json`);
  const values = file[number % index.cards];
  const practice = Object.fromEntries(index.card.map((name, i) => [name, values[i]]));
  const language = practice.language || index.language;
  const labels = (numbers) => numbers.map((n) => index.labels[n]);
  const terms = new Set(words.flatMap((word) => [...word.terms.keys()]));
  const title = marked(practice.title, language, terms);
  const summary = marked(practice.summary, language, terms);
  const ofTerms = marked(labels(practice.terms).join(" · "), index.language, terms);
  const seen = new Set([...title.found, ...summary.found, ...ofTerms.found]);
  const isSeen = ({ terms: of }) => !of.size || [...of.keys()].some((term) => seen.has(term));
  return {
    id: practice.id,
    language,
    direction: practice.language ? directionOf(practice.language) : "auto",
    about: [...labels(practice.countries), practice.years].filter(Boolean),
    title: title.pieces,
    summary: summary.pieces,
    terms: ofTerms.pieces,
    isHidden: !words.every(isSeen),
  };
}

/* The part of a practice that has most of the terms, in pieces as above: of its text, or else those
   of its facts that have one. */
function snippet({ text, facts, language, terms }) {
  const wanted = new Set(terms);
  const { pieces, found } = marked(text.replace(/\s+/g, " ").trim(), language, wanted);
  if (found.size) {
    return { pieces: densest(pieces, language) };
  }
  const telling = facts.map((fact) => marked(fact, index.language, wanted)).filter((fact) => fact.found.size);
  return { pieces: telling.flatMap((fact, i) => [...(i ? [[" · ", false]] : []), ...fact.pieces]) };
}

/* The stretch of a marked text in which most different words are marked, cut between words. */
function densest(pieces, language) {
  let length = 0;
  const starts = pieces.map(([piece]) => (length += piece.length) - piece.length);
  const hits = [...pieces.keys()].filter((i) => pieces[i][1]);
  const within = (i, from) => starts[i] >= from && starts[i] < from + SNIPPET;
  const variety = (from) =>
    new Set(hits.filter((i) => within(i, from)).map((i) => stem(pieces[i][0], language))).size;
  const from = hits
    .map((i) => Math.max(0, starts[i] - SNIPPET / 4))
    .reduce((a, b) => (variety(b) > variety(a) ? b : a));
  const text = pieces.map(([piece]) => piece).join("");
  const first = starts[hits.find((i) => within(i, from))];
  const blank = text.indexOf(" ", from);
  const low = from && blank >= 0 && blank < first ? blank + 1 : from;
  const end = from + SNIPPET;
  const lastBlank = text.lastIndexOf(" ", end);
  const high = end >= text.length ? text.length : lastBlank > first ? lastBlank : end;
  const cutOut = pieces.map(([piece, isMarked], i) => [
    piece.slice(Math.max(0, low - starts[i]), Math.max(0, high - starts[i])),
    isMarked,
  ]);
  return [[low ? "… " : "", false], ...cutOut, [high < text.length ? " …" : "", false]]
    .filter(([piece]) => piece);
}

/* What the page asks for */

let newest = 0;

/* Answers {q, chosen, sort, page, size, facets}: tells the list, its counts and its first cards. */
async function find({ base: address, q, chosen, sort, page, size, facets }, id, tell) {
  newest = id;
  const still = async (promise) => {
    const value = await promise;
    if (id !== newest) {
      throw new Error("a newer question was asked");
    }
    return value;
  };
  await still(open(address));
  const needed = [...new Set([...facets, ...Object.keys(chosen)])];
  const [question, sets] = await still(Promise.all([understoodWhole(q), setsByFacet(needed)]));
  const { words, hits, have, of } = question;
  const list = filtered(hits, chosen, sets);
  const total = bits.count(list);
  const pages = Math.max(1, Math.ceil(total / size));
  const here = Math.min(page, pages);
  const best = await still(inOrder(list, question, sort, here * size));
  const shown = best.slice((here - 1) * size, here * size);
  const cards = (part) => Promise.all(part.map((number) => card(number, words)));
  const first = await still(cards(shown.slice(0, CARDS_AT_FIRST)));
  tell({
    total,
    found: bits.count(hits),
    have,
    of,
    page: here,
    pages,
    ignored: question.ignored,
    words: words.map(({ word, terms, instead, isWide }) => ({ word, instead, isKnown: terms.size > 0 || isWide })),
    terms: words.flatMap(({ terms }) => [...terms.keys()]),
    counts: Object.fromEntries(
      needed.map((facet) => [facet, counts(facet, hits, chosen, sets)]),
    ),
    ...(total ? {} : waysOut(words, hits, chosen, sets)),
    cards: first,
  });
  return { cards: await still(cards(shown.slice(CARDS_AT_FIRST))) };
}

/* Answers {q, chosen, sort}: the numbers of the whole list, and the version that they are of. */
async function numbersOf({ base: address, q, chosen, sort }) {
  await open(address);
  const [question, sets] = await Promise.all([understoodWhole(q), setsByFacet(Object.keys(chosen))]);
  const numbers = await inOrder(filtered(question.hits, chosen, sets), question, sort);
  return { numbers, version: index.version };
}

/* Fetches what the first question needs, while it is typed. */
async function prepare({ base: address, manifest, facets }) {
  await open(address, manifest);
  await setsByFacet(facets);
}

const tasks = { prepare, find, numbersOf, snippet };

self.addEventListener("message", async ({ data: { id, task, ...asked } }) => {
  const tell = (answer) => self.postMessage({ id, answer });
  try {
    tell({ ...(await tasks[task](asked, id, tell)), isLast: true });
  } catch (error) {
    const isStale = task === "find" && id !== newest; // whatever became of it
    if (!isStale) {
      forget();
      self.postMessage({ id, error: String(error) });
    }
  }
});
