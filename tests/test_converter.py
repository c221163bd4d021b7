"""What is left out of Python-Markdown to save time changes nothing of what it makes."""

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.treeprocessors import Treeprocessor

from repertory.reading.converter import Converter

EXTENSIONS = ("tables", "fenced_code", "def_list", "abbr", "sane_lists")
PIECES = (
    *("\n", "\n\n", "\n\n\n", "\n    ", "\n  ", " ", "  \n", "\t", "\r\n", "\xa0", "\x02", "\x03"),
    *("# ", "## Head", "===", "---", "***", "* ", "- ", "+ ", "1. ", "2) ", "> ", ": ", "Term\n: "),
    *("*", "**", "_", "__", "`", "``", "```\n", "~~~", "\\", "\\*", "&", "&amp;", "<", ">", "<b>"),
    *("[", "]", "[a](b)", "![a](b.png)", "[a]", "[a][a]", "\n[a]: b\n", "](", "]:", "!["),
    *(
        "[^1]",
        "\n[^1]: note\n",
        "\n*[HTML]: Hyper\n",
        "HTML",
        "<https://a.example>",
        "<a@b.example>",
    ),
    *("| a | b |\n|---|---|\n| 1 | 2 |\n", "|", "a|b\n-|-\n", "word", "é", "—", "“", "1", "."),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def whole() -> Markdown:
    """Return Python-Markdown set up alike, with nothing left out."""
    footnotes = FootnoteExtension(BACKLINK_TITLE="Back to reference {}")
    markdown = Markdown(extensions=[*EXTENSIONS, footnotes])
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    markdown.parser.blockprocessors.deregister("code")
    return markdown


WHOLE, OURS = whole(), Converter(Treeprocessor())


@settings(max_examples=1500)
@given(TEXTS)
def test_only_what_finds_nothing_is_left_out(text: str) -> None:
    assert OURS.reset().convert(text) == WHOLE.reset().convert(text)
