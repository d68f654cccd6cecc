"""What the library's lists of words have too much of for a classroom, and what they lack, language by language.

The library brings each language's swear words and slurs as they stand in a dictionary. What is left out here is
everyday speech, or what is spoken of in lessons (biology, history, birds); what is added are the forms in which people
use the rest, and the slurs that it has forgotten. `docs/safety.md` says how often each list errs.
"""

from types import MappingProxyType
from typing import Final

LANGUAGES: Final = MappingProxyType({"en": "english", "de": "german", "es": "spanish", "fr": "french"})

# "Tied up in a meeting", "the girl on the left", a BS degree, hardcore punk, escort vehicles, riding bareback, two
# kisses at the end.
_ENGLISH: Final = (
    "bareback", "bs", "escort", "girl on", "hardcore", "huge fat", "snatch", "taste my", "tied up", "xx", "xxx",
)  # fmt: skip
# "Von den Vögeln", two pugs, the five books of Mose, pop-up windows, the rosette of a cathedral, lubricating nipples.
_GERMAN: Final = (
    "bonze", "fratze", "ische", "kimme", "lümmel", "lummel", "mose", "mufti", "möpse", "mopse", "nackt", "nippel",
    "onanieren", "orgasmus", "popel", "poppen", "rosette", "schabracke", "schiesser", "schnackeln", "vögeln",
    "vogeln",
)  # fmt: skip
# Cones, shells and hammers, the circles of hell, heroines, massive rock; what biology and history speak of.
_SPANISH: Final = (
    "asesinato", "asno", "caca", "concha", "cono", "coprofagia", "coprofagía", "drogas", "esperma",
    "fiesta de salchichas", "haciendo el amor", "heroina", "heroína", "infierno", "maciza", "maldito", "martillo",
    "nazi", "orina", "pervertido", "pezon", "pezón", "pinche", "pis", "prostituta", "racista", "sadico", "semen",
    "sexo", "sexo oral", "sádico", "travesti", "trio", "vulva",
)  # fmt: skip
# A kiss, the pedal, Peter, widows, dead ends (cul-de-sac), sheaves, tenches; German "bitte"; slang that harms nobody.
_FRENCH: Final = (
    "baiser", "bander", "bite", "bitte", "bordel", "bosser", "bourre", "bourree", "bourré", "bourrée", "caca",
    "cailler", "chatte", "clitoris", "con", "cul", "deconne", "deconner", "drague", "déconne", "déconner", "folle",
    "gerbe", "gueule", "jouir", "menage a trois", "meuf", "ménage à trois", "negro", "pedale", "peter", "pipi",
    "pédale", "péter", "ramoner", "suce", "tanche", "teuf", "trique", "veuve", "zizi",
)  # fmt: skip

ORDINARY: Final = MappingProxyType({"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH, "fr": _FRENCH})

_MORE_ENGLISH: Final = (
    "assholes", "cunts", "dickhead", "dickheads", "faggots", "fags", "fucked", "gooks", "kill yourself", "kys",
    "niggers", "sluts", "wanker", "wankers", "whore", "whores",
)  # fmt: skip
_MORE_GERMAN: Final = (
    "arschgeige", "arschgesicht", "arschlöcher", "beschissen", "beschissene", "drecksau", "dreckssau", "fettsau",
    "ficker", "fickst", "fickt", "fotzen", "fresse halten", "gefickt", "halt die fresse", "halts maul", "huren",
    "hurensöhne", "hurentochter", "judensau", "kanaken", "missgeburt", "missgeburten", "mongo", "negern", "nutten",
    "pisst", "scheiss", "scheisse", "scheissegal", "scheißegal", "scheiß", "scheißkerl", "scheißt", "schlampen",
    "schwuchteln", "spast", "spasten", "spasti", "verfickt", "verfickte", "verpiss dich", "verpisst euch",
    "wichserin", "wixer", "wixxer", "wixen", "zigeunerpack",
)  # fmt: skip
_MORE_SPANISH: Final = (
    "cabrona", "cabrones", "chinga tu madre", "chingada", "chingar", "comemierda", "comepollas", "culero", "coños",
    "folladores", "follando", "gilipollez", "hdp", "hijas de puta", "hijos de puta", "hijueputa", "jodete", "jodida",
    "jodido", "jódete", "la concha de tu madre", "malparido", "maricas", "maricones", "me cago en", "mierdas",
    "negrata", "negratas", "pelotudo", "pendeja", "pendejas", "pendejo", "pendejos", "polla", "pollas", "putada",
    "putas", "puto", "putos", "que te follen", "retrasado mental", "sudaca", "sudacas", "vete a la verga",
)  # fmt: skip
_MORE_FRENCH: Final = (
    "au cul", "bamboula", "bande de cons", "bougnoule", "bougnoules", "branleurs", "connards", "connasses", "couille",
    "emmerde", "emmerdes", "emmerdez", "enculer", "enculés", "enculées", "enfoirés", "espèce de con", "fdp",
    "ferme ta gueule", "fermez vos gueules", "gouines", "gros con", "gros cul", "ma bite", "merdes", "nique",
    "nique sa mère", "niquer", "niquez", "niqué", "nègres", "négresse", "négro", "négros", "ntm", "pauvre con",
    "petit con", "pouffiasses", "putes", "pédés", "pétasse", "pétasses", "sale arabe", "sale con", "sale juif",
    "sale noir", "sa bite", "salopes", "ta bite", "ta gueule", "tafiole", "tapettes", "tarlouze", "ton cul",
    "trouduc", "va te faire enculer", "va te faire foutre", "vos gueules", "youpin", "youpins",
)  # fmt: skip

MORE: Final = MappingProxyType({"en": _MORE_ENGLISH, "de": _MORE_GERMAN, "es": _MORE_SPANISH, "fr": _MORE_FRENCH})
