"""The language that a reader is answered in: the one that was chosen here, else the browser's, else English."""

from dataclasses import dataclass

from babel.support import NullTranslations
from flask import Blueprint, Flask, Response, abort, g, has_request_context, request
from flask_babel import Babel, Domain, gettext, ngettext

from app.chat.refusals import Refusal
from app.web import catalogues
from app.web.cookies import named
from app.web.identity import foreign_origin, see_other
from config.settings import settings

languages = Blueprint("languages", __name__)

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Language:
    """A language that Parley speaks.

    Attributes:
        code: as HTML and browsers write it (BCP 47).
        name: what those who speak it call it.
        direction: "ltr" or "rtl".
    """

    code: str
    name: str
    direction: str = "ltr"

    @property
    def locale(self) -> str:
        """What Babel knows its numbers and dates by."""
        return self.code.partition("-")[0]


ENGLISH = Language("en", "English")
# Left to right as far as people go; the made-up one is from right to left, so that tests see both things at once.
SPOKEN = (ENGLISH, Language("de", "Deutsch"), Language("es", "Español"), Language("fr", "Français"))
MADE_UP = Language(catalogues.MADE_UP, "⟦⟧", "rtl")
TRANSLATED = frozenset(language.code for language in (*SPOKEN[1:], MADE_UP))


class Words(Domain):  # type: ignore[misc] # the library comes without types
    """Flask-Babel's way to the catalogues."""

    def get_translations(self) -> NullTranslations:
        """The words of the language that is spoken now."""
        language = current()
        if language is ENGLISH:
            return NullTranslations()
        return catalogues.translations(language.code)


def init_app(app: Flask) -> None:
    """Lets templates and everybody else speak the reader's language."""
    babel = Babel(app, locale_selector=lambda: current().locale)
    babel.domain_instance = Words()
    app.context_processor(lambda: {"language": current(), "languages": SPOKEN, "here": here})
    app.after_request(_varies)


def current() -> Language:
    """The language of the one who is asking."""
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = _asked_for()
    found: Language = g.language
    return found


def of_browser() -> None:
    """Answers in the browser's language, whatever was chosen here: for a page that looks at no cookie."""
    g.language, g.without_cookie = _of_browser(offered()), True


def offered() -> dict[str, Language]:
    """Every language that can be asked for, by its code."""
    made_up = (MADE_UP,) if settings().made_up_language else ()
    return {language.code: language for language in (*SPOKEN, *made_up)}


def said(refusal: Refusal) -> str:
    """What a refusal says, to the one who is asking."""
    if refusal.sentences is None:
        return str(gettext(refusal.sentence, **refusal.values))
    return str(ngettext(refusal.sentence, refusal.sentences, **refusal.values))


def here() -> str:
    """The address to come back to: this page's, or, where it answers a form, its room's."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return f"/{(request.view_args or {}).get('name', '')}"


@languages.post("/language")
def choose() -> Response:
    """Keeps the language that was chosen, and leads back to where it was chosen."""
    language = offered().get(request.form.get("language", ""))
    if language is None or foreign_origin():
        abort(400)
    answer = see_other(_own(request.form.get("back", "/")))
    answer.set_cookie(
        _cookie_name(),
        language.code,
        max_age=COOKIE_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _asked_for() -> Language:
    known = offered()
    if chosen := known.get(request.cookies.get(_cookie_name(), "")):
        return chosen
    return _of_browser(known)


def _cookie_name() -> str:
    return named(COOKIE, tls=request.is_secure)


def _of_browser(known: dict[str, Language]) -> Language:
    return known[request.accept_languages.best_match(known, ENGLISH.code)]


def _own(address: str) -> str:
    """The address if it is one of ours, else the start page's: nobody is led elsewhere by a form of ours."""
    # Browsers read a backslash as a slash, and leave out control characters.
    ours = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if ours else "/"


def _varies(answer: Response) -> Response:
    if "language" in g:
        answer.vary.add("Accept-Language")
        if "without_cookie" not in g:
            answer.vary.add("Cookie")
    return answer
