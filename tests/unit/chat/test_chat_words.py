"""The word lists against labelled talk, language by language; docs/safety.md quotes the figures.

All of it is made up for this purpose: what a class says in a lesson, with what sounds like more than it is; and what is
said to hurt, plainly and disguised. A bound that is not kept fails; a figure that gets better is quoted anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chat import Outcome, Safety, Verdict, clean_text, make_checks
from app.chat import judge as judge_asked
from app.chat.reasons import COVERED, ON_THE_LIST
from app.chat.safety import Words, clean_own_words
from app.chat.wordbooks import COVER, listed, own
from app.chat.wordlists import LANGUAGES, MORE, ORDINARY
from tests.unit.chat.conftest import asked
from tests.unit.chat.test_chat_wordlist import disguised

PAGE = Path(__file__).resolve().parents[3] / "docs" / "safety.md"

TALK = {
    "en": """
        Could you say that again, please? / I did not understand slide 7
        What is the difference between mass and weight? / Is the assessment on Monday?
        The class passes if the mass is right / He sat on the grass with a glass of water
        Scunthorpe United won at home / A cockpit, a peacock and a cocktail / Dickens wrote it, Dickinson did not
        The Essex, Sussex and Middlesex counties / Is the analysis due on Friday?
        A shiitake mushroom is a fungus / The therapist was late / The assassination of Caesar
        Uranus is the seventh planet / A BS in biology / I am tied up in a meeting
        the girl on the left has a question / see you soon xx / Page 455 and 717 / Is 0.5 the same as 1 / 2?
        The title of the constitution / Please pass the assignment to the assistant / We measured 12 cm and 8 mm
        The pussycat sleeps / Homogeneous mixtures / What does "bass" mean here? / A fire retardant foam
        Can you hear me at the back? / The sum of a, b and c is 12 / Mr. Hancock is ill today / It is 5 to 10
        I like the ship in the harbour / The sheet is on the desk / Count the beans in the can
        Funk and soul of the seventies / Duck and goose / The witch hunts of Salem / Slot machines and probability
    """,
    "de": """
        Könntest du das bitte noch einmal sagen? / Ich habe Folie 7 nicht verstanden / Wann ist die Prüfung?
        Die Rosette über dem Portal des Doms / Von den Vögeln im Winter / Der Nippel muss geschmiert werden
        Zwei Möpse und ein Dackel / Die fünf Bücher Mose / Nackte Tatsachen gibt es nicht / Die Maus ist nackt
        Kimme und Korn / Das Fenster poppt auf / Der Mufti von Jerusalem / Ein Analphabet kann nicht lesen
        Die Klassenarbeit ist am Montag / Masse und Klasse / Er hat die Prüfung verpasst / Das Fass ist voll
        Was heißt das auf Englisch? / Der Arsenal-Stürmer / Arschimedes schreibt man Archimedes
        Die Fichte ist ein Baum / Der Schlauch hat ein Loch / Wie schreibt man Schiller? / Die Hupe ist kaputt
        Die Hure Babylon? Das war die Hydra / Scheiterhaufen im Mittelalter / Er pisst nicht, er misst
        Das ist der Schwanz der Katze / Der Hahn kräht / Die Nutzung ist frei / Kann man das auch mit x lösen?
        Fünf mal sieben ist 35 / Das ist bescheiden / Der Neckar fließt in den Rhein / Nigeria und Niger
        Die Negation von a / Ein Spaß am Rande / Der Spatz singt / Ein Missgeschick / Der Bonze in Brechts Stück
        Was ist eine Fratze? / Die Ficus-Pflanze / Ist die Lösung 8? / Ich bin dafür
        Geht es um Sex und Geschlecht in der Biologie? / Orgasmus ist ein Fachwort / Die Kackerlake gibt es nicht
    """,
    "es": """
        ¿Puede repetirlo, por favor? / No entiendo la diapositiva 7 / ¿Cuándo es el examen? / Un cono y una esfera
        La concha del caracol / El martillo y el clavo / La heroína de la novela / El infierno de Dante
        Un trío de cuerda / La roca maciza / El régimen nazi en Alemania / El asno de Sancho / El pinche de cocina
        La vulva es un órgano / ¿Qué drogas son legales? / El semen y el óvulo / La orina se analiza
        Una novela sobre un racista arrepentido / Con mucho gusto / El año pasado / Los años treinta
        La pena de muerte / El pedagogo / Computadora y disputa / Una disputa en clase / La reputación del autor
        El círculo y el ángulo / La circulación / Calcular el cálculo / El follaje del árbol / Un folleto
        El pollo y la gallina / La mamá de Ana / Los mamíferos maman / La tetera / El conocimiento
        El pezón de la madre / El sexo de las plantas / Marica no, Mariela / El verbo y el sujeto
        La caca de la vaca abona / Joderías se escribe así? No lo sé / La polea y la palanca / ¿Es 12 o 21?
        El putaendo es un río de Chile / Puntas y putt en golf / La zorra y las uvas / El maldito martillo de Thor
    """,
    "fr": """
        Tu peux répéter, s'il te plaît ? / Je n'ai pas compris la diapo 7 / Quand est l'examen ?
        La pédale du vélo / Une veuve de guerre / Le cul-de-sac au bout de la rue / Pierre et Peter
        Un baiser de cinéma / La gueule du loup / Les gerbes de blé / Bander une plaie / Jouir de ses droits
        La tanche est un poisson / Folle de joie / La bourrée est une danse / Le lait va cailler / Une conférence
        Le concours / Contre et pour / Il bosse beaucoup / La bitte d'amarrage / Ramoner la cheminée
        Le chat et la chatte / Calculer le calcul / Une cuisine / L'inculpation / La réputation / Le député
        Disputer un match / Les couleurs / Un salon / Le pâté / La pénalité / Sept, sexe, sexisme
        Le clitoris est un organe / Merdre, dit Ubu / L'assassin est connu / L'assiette / Les connaissances
        Le contexte / Une question sur la page 455 / La pipe de Magritte / Le pédagogue / La pédiatrie
        Niquet est un nom / Technique / Pute ou pure ? J'ai mal lu / Le nègre de Dumas / La suce du bébé
        La drague du port / Peut-on péter un record ? / C'est du bordel ancien
        Un emmerdement ? Non, un empierrement / Le titre du livre / Quel est le PIB ?
    """,
}
HURTS = {
    "en": """
        fuck you / f u c k you / f.u.c.k this / f*ck this / fuuuuck that / FuCk / fück you / ƒuck / sh1t happens
        $hit / s-h-i-t / b1tch / @sshole / ѕhit / ｆｕｃｋ / 𝓯𝓾𝓬𝓴 / f\u200bu\u200bck / bullsh!t / f_u_c_k / you nigger
        n1gger / n i g g e r / NIGGER! / you faggot / f@gg0t / what a cunt / c.u.n.t / whore / wh0re / sluts / niggers
        kys / kill yourself / you slut
        motherfucker / m0therfucker / bastard / you dick / d1ck / asshole / a s s h o l e / f̶u̶c̶k̶ / s̷h̷i̷t̷
        retard? no: you cunt
    """,
    "de": """
        du Arschloch / du ArschIoch / Ar$chloch / A.r.s.c.h.l.o.c.h / du Hurensohn / Hurens0hn / HURENSOHN
        h u r e n s o h n / Hurensöhne seid ihr / du Fotze / F0tze / f o t z e / Fotzen / fick dich / f1ck dich
        Fickt euch / gefickt / ficken / du Wichser / W1chser / Wixxer / Wichserin / Schlampe / $chlampe / Scheiße
        Scheisse / 5cheiße / Sch**ße / Scheiss drauf / Scheißkerl / Schwuchtel / Schwuchteln / Kanake
        Kanaken raus / Neger / N3ger / Nutte / Missgeburt / du Spast / Spasti / verpiss dich / halt die Fresse
        Drecksau / Judensau / Nigger / fo\u200btze / ｆｏｔｚｅ / 𝐅𝐨𝐭𝐳𝐞 / Fооооtze / s̶c̶h̶e̶i̶ß̶e̶
    """,
    "es": """
        puta / PUTA / p.u.t.a / p u t a / put4 / putas / eres un puto / hijo de puta / hij0 de puta
        hijos de puta / cabrón / cabron / c4brón / cabrones / mierda / m1erda / mierd@ / gilipollas / g1lipollas
        coño / joputa? no: hijoputa / maricón / maric0n / maricones / pendejo / p3ndejo / pendejos
        chinga tu madre / vete a la mierda / que te follen / follar / me cago en tu madre / sudaca / sudacas
        negrata / zorra? no: ramera / culo / imbécil / 1mbécil / retrasado mental / pu\u200bta / ｐｕｔａ / 𝓹𝓾𝓽𝓪
        p̶u̶t̶a̶ / m i e r d a / comemierda / polla / hdp
    """,
    "fr": """
        connard / C0NNARD / connards / c.o.n.n.a.r.d / c o n n a r d / salope / sal0pe / salopes / pute / PUTE
        p u t e / fils de pute / fi1s de pute / putain / merde / m3rde / enculé / encule / enculés / 3nculé
        nique ta mère / niquer / nique sa mère / ta gueule / ferme ta gueule / va te faire foutre
        va te faire enculer / pédé / pédés / bougnoule / b0ugnoule / bougnoules / youpin / négro / nègre
        sale arabe / gros con / pauvre con / bande de cons / pouffiasse / pétasse / salaud / trou du cul
        couilles / fdp / ntm / sa\u200blope / ｐｕｔｅ / 𝓼𝓪𝓵𝓸𝓹𝓮 / m̶e̶r̶d̶e̶ / enfoiré
    """,
}
# So many in a hundred may be held wrongly, and may be missed.
WRONG_MOST, MISSED_MOST = 5, 5


def lines(block: str) -> list[str]:
    return [each.strip() for each in re.split(r"[/\n]", block) if each.strip()]


def errors(language: str) -> tuple[list[str], list[str]]:
    """What is held of ordinary talk, and what is missed of the rest."""
    book = listed((language,))
    wrong = [text for text in lines(TALK[language]) if book.has(clean_text(text))]
    missed = [text for text in lines(HURTS[language]) if not book.has(clean_text(text))]
    return wrong, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_languages_list_errs_as_seldom_as_is_promised(language: str) -> None:
    wrong, missed = errors(language)
    assert len(lines(TALK[language])) >= 40
    assert len(lines(HURTS[language])) >= 38
    assert len(wrong) * 100 <= WRONG_MOST * len(lines(TALK[language])), wrong
    assert len(missed) * 100 <= MISSED_MOST * len(lines(HURTS[language])), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_quotes_what_was_measured(language: str) -> None:
    wrong, missed = errors(language)
    talk, hurts = len(lines(TALK[language])), len(lines(HURTS[language]))
    row = f"| `{language}` | {len(wrong)} of {talk} | {len(missed)} of {hurts} |"
    assert row in PAGE.read_text(), row


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_out_is_on_the_librarys_list_and_what_is_added_is_not(language: str) -> None:
    from glin_profanity import normalize_unicode
    from glin_profanity.data.dictionary import dictionary

    there = {word.lower() for word in dictionary.get_words(LANGUAGES[language])}
    both = there | {normalize_unicode(word) for word in (*there, *MORE[language])}
    assert set(ORDINARY[language]) - both == set()
    assert len(set(MORE[language])) == len(MORE[language])
    assert set(MORE[language]) & {*ORDINARY[language], *there} == set()


def test_several_languages_in_one_room_hold_what_each_of_them_holds() -> None:
    book = listed(tuple(LANGUAGES))
    for language in LANGUAGES:
        _, missed = errors(language)
        assert [text for text in lines(HURTS[language]) if text not in missed and not book.has(clean_text(text))] == []


def test_where_a_language_is_not_looked_at_its_words_are_not_minded() -> None:
    assert not listed(("en",)).has("So eine Scheiße")
    assert not listed(("de",)).has("What a cunt")
    assert not listed(("fr",)).has("con mucho gusto, coño")


@pytest.mark.parametrize("languages", [("de",), ("es",), ("fr",), tuple(LANGUAGES)])
def test_a_book_answers_as_the_library_does_only_quicker(languages: tuple[str, ...]) -> None:
    book = listed(languages)
    words = [word for language in languages for word in (*MORE[language], *ORDINARY[language])]
    talk = [text for language in languages for text in (*lines(HURTS[language]), *lines(TALK[language]))]
    said = st.one_of(st.sampled_from(words).flatmap(disguised), st.sampled_from(talk), st.sampled_from(["bitte", "7"]))

    @given(st.lists(said, max_size=4).map(" ".join))
    @settings(max_examples=100, deadline=None)
    def alike(text: str) -> None:
        assert book.has(text) == book._filter.is_profane(book._read(text))

    alike()


# -- a room's own words


def test_own_words_are_whole_words_and_are_found_in_disguise() -> None:
    book = own(clean_own_words(["Pineapple", "der Lehrer", "ñu", "c4", "黒猫", "привет"]))
    for text in (
        "pineapple", "PINEAPPLE!", "p1neapple", "p.i.n.e.a.p.p.l.e", "p i n e a p p l e", "pineäpple", "ｐineapple",
        "Der Lehrer kommt", "ein Ñu", "we use c4", "黒猫", "Привет!", "pi\u00adneapple",
    ):  # fmt: skip
        assert book.has(clean_text(text)), text
    for text in ("pineapples", "apple", "nu", "der neue Lehrer", "fuck", "c 45", "page 717", "приветик", "lort"):
        assert not book.has(clean_text(text)), text


def test_a_word_of_the_librarys_spare_language_can_be_a_rooms_own() -> None:
    from glin_profanity.data.dictionary import dictionary

    word = dictionary.get_words("danish")[0]
    assert not own(("pineapple",)).has(word)
    assert own((word,)).has(word)


# -- what becomes of it


def judged(text: str, safety: Safety, a_room, action: str = "hold") -> Verdict:
    return judge_asked(asked(text, a_room(safety=safety)), make_checks(["words"], action))


@pytest.mark.parametrize("by_operator", ["hold", "mask", "reject", "off"])
@pytest.mark.parametrize("by_room", list(Words))
def test_the_room_decides_and_leaves_it_to_the_operator_where_it_says_nothing(a_room, by_room, by_operator) -> None:
    verdict = judged("sh1t happens", Safety(words=by_room), a_room, by_operator)
    action = by_operator if by_room is Words.DEFAULT else by_room.value
    expected = {
        "hold": Verdict(Outcome.HOLD, "sh1t happens", ON_THE_LIST, "words"),
        "reject": Verdict(Outcome.REJECT, "sh1t happens", ON_THE_LIST, "words"),
        "mask": Verdict(Outcome.PASS, f"{COVER} happens", COVERED, "words"),
        "off": Verdict(Outcome.PASS, "sh1t happens"),
    }
    assert verdict == expected[action]


def test_a_rooms_own_words_count_where_the_operator_has_no_list(a_room) -> None:
    mine = Safety(own_words=("pineapple",))
    assert judged("pineapple pizza", mine, a_room, "off").outcome is Outcome.HOLD
    assert judged("sh1t happens", mine, a_room, "off").outcome is Outcome.PASS
    assert judged("pineapple", Safety(own_words=("pineapple",), words=Words.OFF), a_room).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("sh1t happens", "••• happens"), ("f u c k you, page 717", "••• you, page 717"), ("fuck 22 shit", "••• 22 •••"),
        ("Fuck\nfuck!", "•••\n•••!"), ("Scunthorpe shit", "Scunthorpe •••"), ("PINEÄPPLE pizza", "••• pizza"),
    ],
)  # fmt: skip
def test_what_is_covered_cannot_be_read_and_the_rest_is_as_it_was(a_room, said, shown) -> None:
    safety = Safety(words=Words.MASK, own_words=("pineapple",))
    assert judged(said, safety, a_room) == Verdict(Outcome.PASS, shown, COVERED, "words")


pieces = st.one_of(
    st.sampled_from(lines(HURTS["en"]) + lines(TALK["en"])),
    st.text(max_size=8),
    st.from_regex(r"[0-9]{1,4}[.,!]?", fullmatch=True),
)


@given(st.lists(pieces, max_size=6).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_what_was_covered_is_clean_and_covering_it_again_changes_nothing(text: str) -> None:
    book = listed(("en",))
    covered = book.covered(clean_text(text))
    if not book.has(covered):
        assert book.covered(covered) == covered
        assert clean_text(covered) == covered
    # What cannot be covered is found once more, and held: it never passes as covered.
    assert book.has(clean_text(text)) or covered == clean_text(text)
