"""Every key and channel that Parley uses in Redis, spelled once.

All keys of one room begin alike, and forgetting a room is deleting `ROOM_KEYS` and its name.

| key | type | holds | until |
|---|---|---|---|
| `room` | string | the live room as JSON, without which the database is asked | the room's end |
| `tokens` | hash | hash of a participant's token → participant's id | the room's end |
| `people` | hash | participant's id → participant as JSON | the room's end |
| `names` | zset | a nickname's key and a participant's id, sorted by the former: who is called alike | the room's end |
| `guesses` | hash | device or network → wrong passwords in a row, and when the next may be tried | an hour |
| `inbox` | hash | message id → accepted message | delivered |
| `order` | zset | message id → number of its acceptance | delivered |
| `walk` | hash | up to which number all is judged, and kept; up to which seq only the store is asked | the room's end |
| `verdicts` | hash | message id → verdict, where it is not simply "pass" | delivered |
| `fates` | hash | message id → what the store made of it | delivered |
| `count` | string | the last number of acceptance | the room's end |
| `seen` | hash | message id → number, `removed` if it was, digest of author and text | the room's end |
| `flood` | hash | participant, or / and a network → how much was said lately, and when last | the room's end |
| `said`, `said_before` | hash | stand-in for a text, and the same with a participant → how often | the room's end |
| `facts` | hash | message id → what was counted when it was accepted | delivered |
| `spoke` | hash | participant → moment of the last message (slow mode) | the room's end |
| `accepted` … `delivered` | zset | when and by which task → number of the last message | the room's end |
| `trail` | hash | message id and stage → the same, for a message that fared otherwise | the room's end |
| `log` | stream | the room's last events; an entry's id is `seq-0` | the room's end |
| `head` | string | seq of the last event in the log | the room's end |
| `present` | zset | participant → until when he counts as present | a minute |
| `joins` | zset | participant → when he joined, of the last moments | the room's end |
| `turned` | zset | message id → when a check held or rejected it, of the last moments | the room's end |
| `came` | hash | participant → the network from which he joined, where a raid is minded | the room's end |
| `put_out` | zset | network → until when nobody new joins from there: one was banned in a raid | the room's end |
| `warned` | string | those who moderate were told of a rush | as long as a raid lasts |
| `tries` | hash | how often the sweep has sent the inbox again in vain, and how many a hop may take | delivered |
| `decided` | hash | what it is about → hop: what was decided and no worker has done yet | done |
| `orders` | hash | hop and what it is about → on whose word, and why | done |
| `leases` | hash | message id → until when and by whom it is being decided about | decided |
| `reports` | hash | participant → reports in a minute | the room's end |
| `origins` | hash | participant → the handle of his network, sealed for the operator | the room's end |
| `marks` | zset | a mark that is wished for and not kept yet → number of the wish | kept |
| `wishes` | hash | the last of these numbers; when marks were kept; participant → votes in a minute | the room's end |
| `dead` | hash | message id → a message that could not be delivered, with the reason | the host's decision |
"""

PREFIX = "parley"
ROOM_KEYS = (
    "room",
    "tokens",
    "people",
    "names",
    "guesses",
    "inbox",
    "order",
    "walk",
    "verdicts",
    "fates",
    "count",
    "seen",
    "spoke",
    "flood",
    "said",
    "said_before",
    "facts",
    "accepted",
    "moderated",
    "persisted",
    "delivered",
    "trail",
    "log",
    "head",
    "present",
    "joins",
    "turned",
    "came",
    "put_out",
    "warned",
    "tries",
    "decided",
    "orders",
    "leases",
    "reports",
    "origins",
    "marks",
    "wishes",
    "dead",
)

# Of these, what lives by its own clock and not until the room's end.
SHORT_LIVED = ("present", "guesses")

# A room's keys outlive it by this much: the chain of forgetting deletes them, expiry is the net below it.
EXPIRY_SLACK_SECONDS = 3600

# zset: room id → moment from which its inbox counts as overdue. Read by the sweep.
OVERDUE = f"{PREFIX}:overdue"
# hash: room id → how many messages of it could not be delivered and wait for the host.
DEAD = f"{PREFIX}:dead"
# Stands as long as Redis remembers: where it is missing, Redis is new or was emptied.
MARK = f"{PREFIX}:mark"
# Every hub listens here: Redis was emptied, everybody has to come back and say what was not shown to him.
EMPTIED = f"{PREFIX}:emptied"
# Every hub listens here: the bans of networks have changed.
BANS = f"{PREFIX}:bans"
# Set while an operator is logged in, by the hash of what says so; and how often a login was tried.
OPERATOR = f"{PREFIX}:operator"
OPERATOR_TRIES = f"{PREFIX}:operator-tries"
# string: the key under which networks are counted; it lives a day, and what was counted cannot be told any more.
DAY_KEY = f"{PREFIX}:day"
# Set while deleted text may still stand in the append-only file.
SCRUB_WANTED = f"{PREFIX}:scrub"
# Every hub listens here for as long as it lives: the rooms whose last chain a worker has taken.
HOUSE = f"{PREFIX}:house"


def key(room_id: str, noun: str) -> str:
    """The key of one of a room's things; `noun` is one of `ROOM_KEYS`."""
    return f"{PREFIX}:{{{room_id}}}:{noun}"


def name_key(name: str) -> str:
    """Where the id of the live room with this name stands."""
    return f"{PREFIX}:name:{name}"


def bell(room_id: str) -> str:
    """The channel on which a room's news is rung."""
    return f"{PREFIX}:bell:{room_id}"


def room_of_bell(channel: str) -> str:
    """The room that a bell belongs to."""
    return channel.removeprefix(f"{PREFIX}:bell:")


def requests_key(kind: str, who: str, minute: int) -> str:
    """What a caller has asked for in one minute is counted here; `kind` is reads or writes."""
    return f"{PREFIX}:asked:{kind}:{who}:{minute}"


def gone_key(room_id: str) -> str:
    """Stands for a while after a room was forgotten, so that whoever comes late does not bring it back."""
    return f"{PREFIX}:gone:{room_id}"


def closing_key(room_id: str) -> str:
    """Held for a moment by whoever has sent a room on its way to being forgotten."""
    return f"{PREFIX}:closing:{room_id}"
