"""Attacks with signs that nobody sees, that turn text round, or that are written in two ways."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from itertools import product
from pathlib import Path
from random import Random

from repertory.base.problem import Problem
from repertory.editing.fix import rounds
from repertory.reading.document import read_body
from repertory.reading.markdown import read_prose
from repertory.reading.site import front_problems, read_terms
from repertory.reading.source import collect
from tests.attack.arena import Arena, Outcome, judged
from tests.worlds import SITES, built, bytes_of, checked, lay_out, settings_of

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "\x01\x0b\x1b\x7f\x85\x9f\u2028\u2029\ufdd0\ufeff\uffff"
FAINT = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2064"
    "\u206a\u206f\u3164\ufe00\ufe0e\ufe0f\uffa0\ufff9\ufffb\U0001d173\U000e0001\U000e0041\U000e0100"
)
SPOKEN = {  # honest texts, with all the signs that their scripts and emoji need
    "ar": "الأطفالُ ‏(2024)‏ في المدرسة؜؛ مُعَلِّمة",
    "fa": "می‌خواهم کتاب‌های «نو» بخوانم؛ ۵‌ساله‌ها و 5‌ساله‌ها",
    "ur": "اُردو میں لکھا ہوا متن، بچّوں‌ کے لیے",
    "ps": "زده‌کوونکي په ښوونځي کې",
    "ckb": "منداڵان لە قوتابخانە‌دا",
    "he": "שָׁלוֹם (C++‎) לַיְלָדִים‏!",
    "hi": "क्‍षमा, श्‍री, क़लम, विद्यालय",
    "bn": "র‍্যাব ও বিদ্যালয়",
    "ta": "க்‌ஷ வணக்கம் பள்ளி",
    "ml": "അവന്‍ സ്കൂളിൽ",
    "si": "ශ්‍රී ලංකා",
    "th": "โรง​เรียน", "km": "សាលា​រៀន", "my": "ကျောင်း​သား",
    "zh": "学校、老师", "ja": "葛󠄀飾区の小学校", "ko": "학교 선생님",
    "vi": "Trường học Việt Nam", "el": "σχολείο", "uk": "школа є", "tr": "ıIiİ okul",
    "en": "👩🏽‍🏫 👨‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👁️‍🗨️ 🧑‍🤝‍🧑 🐈‍⬛ ☎︎ ✔️ 🇧🇪 👍🏿 🏃🏽‍♀️‍➡️ №½™",
}  # fmt: skip
RECORD = """---
title: Reading {title}
summary: Families {summary} read.
category: good-practice
country: [belgium]
outcome: [reading]
organisation: Group {organisation}
place: "Near {place}"
reach: >
  All {reach}
  of them
website: https://school.example/{website}
added: 2026-03-01
written_in: {written_in}
---

They {body} read.

## Evaluation

### Later {heading}

- a point, [a link {link}](https://school.example) | `code {code}`
"""
RIGHT_TO_LEFT = ("ar", "fa", "ur", "ps", "ckb", "he")
FIELDS = tuple(field for field in re.findall(r"\{(\w+)\}", RECORD) if field != "written_in")
NAMED = ("control-character", "invisible-character")
TEXTS = (
    ".html",
    ".xml",
    ".json",
    ".csv",
    ".txt",
    ".webmanifest",
    ".ttl",
    ".bib",
    ".ris",
    ".jsonld",
)
PLANTED = "\ue000"  # stands for the sign that is planted, which honest texts may have too


def attack(arena: Arena) -> Iterator[Outcome]:
    """Plant signs in everything that strangers write, and look for them in what is built."""
    yield planted(lay_out(arena.folder / "planted", SITES / "small"), arena.times(150, 10_000))
    yield vocabulary(lay_out(arena.folder / "terms", SITES / "small"))
    yield disguised(lay_out(arena.folder / "disguised", SITES / "small"))
    yield spoken(lay_out(arena.folder / "spoken", SITES / "small"))
    yield composed(lay_out(arena.folder / "composed", SITES / "small"))
    yield mended(lay_out(arena.folder / "mended", SITES / "small"))


def record(language: str = "en", **texts: str) -> str:
    """Return a record that has some texts, and words of no interest elsewhere."""
    return RECORD.format(**{"written_in": language, **dict.fromkeys(FIELDS, "some"), **texts})


def write(root: Path, name: str, text: str) -> str:
    """Write a practice into a world; return its path."""
    path = f"content/practices/{name}.md"
    (root / path).write_text(text, encoding="utf-8", newline="\n")
    return path


def place_of(text: str, sign: str) -> tuple[int, int]:
    """Return the line and column of a sign."""
    before = text[: text.index(sign)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def planted(root: Path, number: int) -> Outcome:
    """Plant every sign in every field of a practice, each in a record of its own."""
    pairs = list(product(TURNING + CONTROLS + FAINT, FIELDS))
    where = {}
    for n, (sign, field) in enumerate(Random(6).sample(pairs, min(number, len(pairs)))):
        text = record(**{field: f"so{sign}me"})
        where[write(root, f"planted-{n}", text)] = sign, field, place_of(text, sign)
    found: dict[str, list[Problem]] = {}
    for problem in checked(settings_of(root)).problems:
        found.setdefault(problem.path, []).append(problem)

    def tries() -> Iterator[tuple[str, bool, object]]:
        for path, (sign, field, place) in where.items():
            told = [p for p in found.get(path, []) if p.rule == NAMED[sign in FAINT]]
            is_told = [(p.line, p.column) for p in told] == [place]
            names_it = all(f"U+{ord(sign):04X}" in p.message for p in told)
            yield f"U+{ord(sign):04X} in {field}", is_told and names_it, (place, found.get(path))

    return judged("Unicode: signs that nobody sees, in every field of a record", tries())


def vocabulary(root: Path) -> Outcome:
    """Plant every sign in the vocabulary, in news and in pages."""
    settings = settings_of(root)
    terms, _ = read_terms(settings)
    files = ["taxonomy.yaml", "content/news/2025-01-start.md", "content/pages/about.md"]

    def tries() -> Iterator[tuple[str, bool, object]]:
        for file, sign in product(files, TURNING + CONTROLS + FAINT):
            text = (root / file).read_text("utf-8")
            words = list(re.finditer("[A-Za-z]{4,}", text))
            at = words[ord(sign) % len(words)].start() + 2
            data = f"{text[:at]}{sign}{text[at:]}".encode()
            is_terms = file == files[0]
            problems = (
                read_terms(settings, data)[1] if is_terms else front_problems(file, terms, data)
            )
            told = [(p.line, p.column) for p in problems if p.rule == NAMED[sign in FAINT]]
            yield f"U+{ord(sign):04X} in {file}", told == [place_of(data.decode(), sign)], problems

    return judged("Unicode: signs that nobody sees, in terms, news and pages", tries())


def disguised(root: Path) -> Outcome:
    """Write what turns text round as an escape of YAML or an entity of HTML."""
    forms: dict[str, dict[str, str]] = {}
    for sign in TURNING + "\u2028\x85":
        number = ord(sign)
        escapes = (
            f"\\u{number:04x}",
            f"\\U{number:08X}",
            *([f"\\x{number:x}"] if number < 256 else []),
        )
        entities = f"&#{number};", f"&#x{number:x};", f"&#X00{number:X}", f"&#{number}"
        hidden = "\\`{}\\`", "**{}**", "[{}](https://a.example)", "[a](https://a.example '{}')"
        forms |= {form: {"place": f"so{form}me"} for form in escapes}
        if sign != "\x85":  # HTML reads it as another sign, which is seen
            forms |= {
                way.format(e): {"body": way.format(f"so{e} me")}
                for e, way in product(entities, hidden)
            }
    where = {}
    for n, (form, texts) in enumerate(forms.items()):
        text = record(**texts)
        line, _ = place_of(text, "Near" if "place" in texts else "They")
        where[write(root, f"disguised-{n}", text)] = form, line
    found: dict[str, list[Problem]] = {}
    for problem in checked(settings_of(root)).problems:
        found.setdefault(problem.path, []).append(problem)

    def tries() -> Iterator[tuple[str, bool, object]]:
        for path, (form, line) in where.items():
            told = [p.line for p in found.get(path, []) if p.rule == "control-character"]
            body = collect(read_body(root, path))[0]
            is_plain = body is not None and not re.search(
                f"[{TURNING}\u2028]", collect(read_prose(body))[0][1]
            )
            is_shown = "&" in form and ";" not in form  # Markdown reads no entity without it
            held = is_plain and not told if is_shown else told == [line]
            yield form, held, (line, found.get(path))

    return judged("Unicode: what turns text round, as escapes and entities", tries())


def spoken(root: Path) -> Outcome:
    """Write in many languages: nothing is wrong with it, and all of it is shown as it was."""
    paths = {}
    for language, text in SPOKEN.items():
        texts = dict.fromkeys(("title", "summary", "place", "reach", "body", "link", "code"), text)
        paths[language] = write(root, f"spoken-{language}", record(language, **texts))
    settings = replace(settings_of(root), languages=("en", "de", "nl"))
    problems = [p for p in checked(settings).problems if p.rule in NAMED]
    built(settings)
    data = json.loads((settings.site / "data/practices.json").read_text("utf-8"))
    told = json.dumps(data, ensure_ascii=False)

    def tries() -> Iterator[tuple[str, bool, object]]:
        for language, text in SPOKEN.items():
            wanted = unicodedata.normalize("NFC", text)
            yield (
                f"{language} is blamed",
                not [p for p in problems if p.path == paths[language]],
                problems,
            )
            html = (settings.site / f"practices/spoken-{language}.html").read_text("utf-8")
            yield f"{language} in its page", unescape(html).count(wanted) >= 5, html
            yield f"{language} in the data", wanted in told, "it is missing"
            way = "rtl" if language in RIGHT_TO_LEFT else "ltr"
            directions = re.findall(rf'lang="{language}" dir="(\w+)"', html)
            yield f"{language} from its side", directions == [way] * 3, directions

    return judged(
        "Unicode: honest texts of many scripts, and emoji", tries(), f"{len(SPOKEN)} languages"
    )


def texts_of(path: str, text: str) -> Iterator[str]:
    """Yield the texts of a file of a site: of the search, those that people see.

    Its words are folded, which takes signs apart; nobody but the search itself reads them.
    """
    if path.endswith((".html", ".xml")):
        yield from re.split("[<>]", text)
    elif path.startswith("search/") and path != "search/index.json":
        yield json.dumps(json.loads(text), ensure_ascii=False) if "cards" in path else ""
    elif path.endswith(".json"):
        data = json.loads(text)
        yield json.dumps(data["labels"] if path.startswith("search/") else data, ensure_ascii=False)
    else:
        yield text


def composed(root: Path) -> Outcome:
    """Write accents as signs of their own, in every way: they are one with their letters."""
    for language, text in SPOKEN.items():
        apart = unicodedata.normalize("NFD", f"{text} Élan Ångström ﬁ ὰ̓ ṩ ẛ̣ 각")
        entities = "".join(f"&#{ord(sign)};" if ord(sign) > 127 else sign for sign in apart)
        escapes = "".join(f"\\U{ord(sign):08X}" for sign in apart)
        texts = dict.fromkeys(
            ("title", "summary", "reach", "body", "heading", "link", "code"), apart
        )
        write(root, f"apart-{language}", record(language, **texts, place=escapes))
        write(root, f"entities-{language}", record(language, body=entities, heading=entities))
    write(
        root,
        "behind-tags",
        record(body="**a**&#824; *b*\u0338 <\u0338 &lt;&#x338; [c](https://x.y)\u0338"),
    )
    for file in (root / "taxonomy.yaml", *root.glob("content/[np]*/[a2]*.md")):
        text = re.sub(
            "Outcomes|Friends|Learning|world|ministry|first",
            "\\g<0>\u0308",
            file.read_text("utf-8"),
        )
        file.write_text(text, encoding="utf-8")
    settings = settings_of(root)
    built(settings)

    def tries() -> Iterator[tuple[str, bool, object]]:
        for path, data in bytes_of(settings.site).items():
            if path.endswith(TEXTS) and not path.startswith("assets/"):
                texts = list(texts_of(path, data.decode()))
                turned = [text for text in texts if re.search(f"[{TURNING}]", text)]
                apart = [text for text in texts if not unicodedata.is_normalized("NFC", text)]
                yield path, not turned and not apart, (turned[:3], apart[:3])

    return judged("Unicode: files of a site whose sources have accents apart", tries())


def cleared(line: str) -> str:
    """Return a line without what was planted; between the first of it and the last it is NFC."""
    first, last = line.find(PLANTED), line.rfind(PLANTED)
    between = unicodedata.normalize("NFC", line[first:last].replace(PLANTED, ""))
    return line[:first] + between + line[last + 1 :] if first >= 0 else line


def mended(root: Path) -> Outcome:
    """Let `fix` mend lines that have such signs among other mistakes, and accents apart."""
    terms, _ = read_terms(settings_of(root))

    def tries() -> Iterator[tuple[str, bool, object]]:
        for language, honest in SPOKEN.items():
            for sign in FAINT.replace("\u200e", "").replace("\u200f", "").replace("\u061c", ""):
                apart = unicodedata.normalize("NFD", f"É {honest} é")
                good = record(language, title=apart, summary=apart, body=apart)
                bad = good.replace("Families ", f"Fa{PLANTED}mi{PLANTED}lies ").replace(
                    " read.\ncat", f" re{PLANTED}ad.\ncat"
                )
                bad = bad.replace("[belgium]", f"[Bélgium] # {apart}").replace(
                    "They ", f"Th{PLANTED}ey "
                )
                data = bad.replace(PLANTED, sign).encode()
                done = list(rounds(data, partial(front_problems, "content/practices/x.md", terms)))
                after = done[-1].after.decode() if done else data.decode()
                lines = bad.replace("[Bélgium]", "[belgium]").split("\n")
                wanted = "\n".join(cleared(line) for line in lines)
                yield f"U+{ord(sign):04X} in {language}", after == wanted, after

    return judged("Unicode: what fix mends between accents apart", tries())
