"""Articles of the law in words: ``JP.LSA.32-2,37`` is "Labor Standards Act, Article 32-2, Article 37"."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_ACTS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "JP.LSA": _("Labor Standards Act"),
        "JP.ER": _("Enforcement Rule of the Labor Standards Act"),
        "TH.LPA": _("Labour Protection Act"),
    }
)


def law_in_words(law: str) -> str:
    """Return articles by name; nothing for a rule of the company's own or an act that is not known.

    Acts are divided by ``; ``, articles of one act by a comma, and a paragraph follows its article after a dot.
    """
    return "; ".join(words for one in law.split("; ") if (words := _act_in_words(one)))


def _act_in_words(law: str) -> str:
    country, _dot, rest = law.partition(".")
    act, _dot, articles = rest.partition(".")
    name = _ACTS.get(f"{country}.{act}")
    if name is None:
        return ""
    written = [_section(one) if country == "TH" else _article(one) for one in articles.split(",")]
    return gettext("%(act)s, %(articles)s") % {"act": name, "articles": gettext(", ").join(written)}


def _article(number: str) -> str:
    """Return an article of a Japanese act; ``32-3.2`` is the second paragraph of Article 32-3."""
    article, _dot, paragraph = number.partition(".")
    main, _dash, branch = article.partition("-")
    written = (
        gettext("Article %(main)s-%(branch)s") % {"main": main, "branch": branch}
        if branch
        else gettext("Article %(main)s") % {"main": main}
    )
    if not paragraph:
        return written
    return gettext("%(article)s, paragraph %(paragraph)s") % {"article": written, "paragraph": paragraph}


def _section(number: str) -> str:
    return gettext("Section %(number)s") % {"number": number}
