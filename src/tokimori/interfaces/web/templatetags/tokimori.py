"""What the templates say in one word: minutes as hours, icons, places on a scale."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tokimori.interfaces.web.drafts import kept_sentence

register = template.Library()

MINUS = "\N{MINUS SIGN}"
QUIET_ZERO = "\N{MIDDLE DOT}"
MINUTES_IN_HOUR = 60


@register.filter
def hours_minutes(minutes: int | None) -> str:
    """Return ``492`` as ``8:12``, zero as a quiet dot, nothing for nothing."""
    if minutes is None:
        return ""
    if minutes == 0:
        return QUIET_ZERO
    hours, rest = divmod(abs(minutes), MINUTES_IN_HOUR)
    return f"{MINUS if minutes < 0 else ''}{hours}:{rest:02}"


@register.filter
def signed_hours_minutes(minutes: int | None) -> str:
    """Return a difference: as ``hours_minutes``, with a plus where something was added."""
    written = hours_minutes(minutes)
    return f"+{written}" if minutes is not None and minutes > 0 else written


@register.filter
def duration(minutes: int | None) -> str:
    """Return a length for a machine to read, as ``<time datetime>`` wants it: ``492`` as ``PT8H12M``."""
    if minutes is None or minutes < 0:
        return ""
    hours, rest = divmod(minutes, MINUTES_IN_HOUR)
    return f"PT{hours}H{rest}M"


@register.filter
def share(part: int | None, whole: int | None) -> str:
    """Return the part of a whole as a percentage for an SVG attribute, never beyond the edges."""
    if not part or not whole or part < 0:
        return "0%"
    return f"{min(part / whole, 1) * 100:.3f}%"


@register.simple_tag(takes_context=True)
def keeps_draft(context: template.Context, address: str) -> SafeString:
    """Return the marks of a form whose typing is kept, by the address that it is sent to; nothing where nothing is kept."""
    kept = kept_sentence(context["request"], address)
    if kept is None:
        return SafeString()
    if not kept:
        return format_html('data-draft="{}"', address)
    return format_html('data-draft="{}" data-draft-kept="{}"', address, kept)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon from our sprite. It repeats a word that stands beside it, so readers do not hear it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("tokimori/icons.svg"),
        name,
    )
