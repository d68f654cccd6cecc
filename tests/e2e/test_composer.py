"""Writing: what is pasted is not lost however long it is, lines are kept, and a draft stays."""

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect

LINE = "Osiris, Isis and Horus, who were a family, were asked for a good flood each year."
PASTED = "\n".join([LINE, "", LINE, LINE + " " + LINE])

# As if somebody pressed Ctrl+V: the browser itself puts the text where the cursor is.
PASTE = "text => document.execCommand('insertText', false, text)"


def test_a_long_paste_loses_nothing_and_goes_as_several_messages_or_is_shortened(
    ada: Visitor, grace: Visitor, room: Room
) -> None:
    ada.arrives(room.path).joins("Ada")
    grace.arrives(room.path)
    low = ada.field.bounding_box()
    ada.page.evaluate(PASTE, PASTED)
    expect(ada.field).to_have_value(PASTED)
    high = ada.field.bounding_box()
    assert low
    assert high
    assert high["height"] > low["height"] + 40
    too_many = len(PASTED) - 140
    expect(ada.page.get_by_text(f"{too_many} characters too many.")).to_be_visible()
    expect(ada.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    ada.field.press("Enter")
    expect(ada.field).to_have_value(PASTED)
    ada.page.reload()
    ada.is_connected()
    expect(ada.field).to_have_value(PASTED)

    ada.page.get_by_role("button", name="Send as 4 messages").click()
    for person in (ada, grace):
        person.sees_delivered(LINE, LINE, LINE, LINE)
    expect(ada.field).to_have_value("")
    expect(ada.page.get_by_text("characters too many")).to_be_hidden()

    ada.page.evaluate(PASTE, "one\ntwo\n")
    ada.field.press("Shift+Enter")
    ada.field.press_sequentially("three")
    # While a word is being composed, Enter chooses it and sends nothing.
    ada.field.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))"
    )
    expect(ada.field).to_have_value("one\ntwo\n\nthree")
    ada.field.press("Enter")
    ada.sees_delivered(LINE, LINE, LINE, LINE, "one\ntwo\n\nthree")


def test_links_lead_where_they_say(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say("(see https://example.org/a_(b), or http://example.com/x?y=1.)")
    edsger.say("javascript:alert(1) ftp://example.org https://bank.example@evil.example/ https://gооgle.example/")
    ada.arrives(room.path)
    links = ada.log.get_by_role("link")
    expect(links).to_have_text(
        ["https://example.org/a_(b)", "http://example.com/x?y=1", "https://xn--ggle-55da.example/"]
    )
    for link in links.all():
        expect(link).to_have_attribute("rel", "noopener nofollow ugc")
