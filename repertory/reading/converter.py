"""Python-Markdown as records need it: it tries only what a text has signs of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Self, TypeAlias, TypeVar
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import ETX, STX, AtomicString, Registry

Processor = TypeVar("Processor")
Signed: TypeAlias = Sequence[tuple[Sequence[str], Processor]]
"""Processors, each with the signs of which a text must have one for it to change anything."""

DEFINED = "]:"  # what stands behind the name of a link, a footnote or an abbreviation
PREPROCESSORS = {
    "normalize_whitespace": ("\t", "\r", " \n", STX, ETX),
    "fenced_code_block": ("```", "~~~"),
}
TREE_PROCESSORS = {"abbr": (DEFINED,), "unescape": ("\\",)}
INLINE_PATTERNS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "footnote": ("[^",),
    "link": ("](",),
    "image_link": ("![",),
    **dict.fromkeys(
        ("reference", "image_reference", "short_reference", "short_image_ref"), (DEFINED,)
    ),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
}
BLOCK_PROCESSORS = {  # for these a line must begin with the sign, behind blanks, or have a "|"
    "table": ("|",),
    "hashheader": ("#",),
    "setextheader": ("=", "-"),
    "hr": ("-", "_", "*"),
    "ulist": ("*", "+", "-"),
    "deflist": (":",),
    "quote": (">",),
    "footnote": ("[",),
    "abbr": ("*",),
    "reference": ("[",),
}


def signed(registry: Registry[Processor], signs: Mapping[str, Sequence[str]]) -> Signed[Processor]:
    """Return the processors of a registry with their signs; "" is in every text."""
    known = {registry[name]: found for name, found in signs.items()}
    return [(known.get(each, ("",)), each) for each in registry]


def needed(processors: Signed[Processor], text: str) -> list[Processor]:
    """Return the processors that a text has signs of."""
    return [each for signs, each in processors if has_any(text, signs)]


def has_any(text: str, signs: Iterable[str]) -> bool:
    """Tell whether any of the signs is in a text."""
    return any(map(text.__contains__, signs))


class Blocks(BlockParser):
    """A parser of blocks that asks only processors whose sign a line of the block begins with."""

    signed: Signed[BlockProcessor]

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Make elements of blocks, as the parser of Python-Markdown does."""
        while blocks:
            begin = {line.lstrip()[:1] for line in blocks[0].split("\n")}
            begin |= {"", "|"} if "|" in blocks[0] else {""}
            for signs, processor in self.signed:
                if begin.isdisjoint(signs) or not processor.test(parent, blocks[0]):
                    continue
                if processor.run(parent, blocks) is not False:
                    break


class Converter(Markdown):
    """Python-Markdown with the extensions that records may use, and without raw HTML.

    `last` sees the elements of a text at the end, before they become HTML.
    """

    def __init__(self, last: Treeprocessor) -> None:
        super().__init__(
            extensions=[
                TableExtension(),
                FootnoteExtension(BACKLINK_TITLE="Back to reference {}"),
                FencedCodeExtension(),
                DefListExtension(),
                AbbrExtension(),
                SaneListExtension(),
            ]
        )
        self.preprocessors.deregister("html_block")
        self.inlinePatterns.deregister("html")
        self.parser.blockprocessors.deregister("code")  # indented: nobody means code by it
        self.treeprocessors.register(last, "last", -1)  # once all is unescaped
        self._parser.signed = signed(self.parser.blockprocessors, BLOCK_PROCESSORS)
        self._before = signed(self.preprocessors, PREPROCESSORS)
        self._on_tree = signed(self.treeprocessors, TREE_PROCESSORS)
        self._inline = signed(self.inlinePatterns, INLINE_PATTERNS)

    def build_parser(self) -> Self:
        """Assemble Python-Markdown around our own parser of blocks."""
        super().build_parser()
        self._parser = Blocks(self)
        self._parser.blockprocessors = self.parser.blockprocessors
        for processor in self.parser.blockprocessors:
            processor.parser = self._parser
        self.parser = self._parser
        return self

    def convert(self, source: str) -> str:
        """Return a text as HTML, in the steps of Python-Markdown."""
        if not source.strip():
            return ""
        source += "\n\n"
        lines = source.split("\n")
        for preprocessor in needed(self._before, source):
            lines = preprocessor.run(lines)
            source = "\n".join(lines)
        self.parser.parseDocument(lines)
        root = self.parser.root
        self._settle_plain(root, source)
        for treeprocessor in needed(self._on_tree, source):
            changed = treeprocessor.run(root)
            root = root if changed is None else changed
        html = self.serializer(root)
        html = html[html.index(">") + 1 : html.rindex("<")].strip()
        for postprocessor in self.postprocessors:
            html = postprocessor.run(html)
        return html.strip()

    def _settle_plain(self, root: Element, source: str) -> None:
        """Choose the inline patterns that a source needs, and keep them from plain texts."""
        inline = self.treeprocessors["inline"]
        assert isinstance(inline, InlineProcessor)
        inline.inlinePatterns = needed(self._inline, source)  # type: ignore[assignment]
        if DEFINED in source:  # what is defined is looked for in every text
            return
        used = {sign for signs, _ in self._inline for sign in signs if sign in source}
        for element in root.iter():
            if element.text and not has_any(element.text, used):
                element.text = AtomicString(element.text)
