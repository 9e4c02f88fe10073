"""A letter that is too large for every relay leaves its files behind, and says so; what is stored is what left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailgate.outbox.deliver import Sender
from mailgate.outbox.lightening import without_files
from mailgate.outbox.render import Rendered
from tests.doubles.relay import Relay
from tests.outbox.letters_due import CALM, Outbox

LARGE = b"x" * 200_000
AT_ONCE, SOON = timedelta(0), timedelta(minutes=10)


def named(outbox: Outbox, name: str, content: bytes = LARGE, **more: Any) -> dict[str, Any]:
    return {**outbox.file(content), "name": name, "size": len(content), **more}


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_too_large_for_the_size_a_relay_announces_it_goes_without_its_files(tmp_path: Path) -> None:
    with Relay(size=100_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}])
        number = outbox.put("erika@x.example", files=[named(outbox, "plan.pdf"), named(outbox, "log.txt", b"few")])
        outbox.rounds(AT_ONCE)
        [letter] = small.letters
        assert letter.files == {}
        assert "Too large to send along: plan.pdf (200 kB), log.txt (3 bytes)." in words_of(letter.text)
        assert "plan.pdf (200 kB)" in letter.html
        assert (outbox[number].state, outbox[number].attempts, outbox[number].files) == ("sent", 1, [])
        assert letter.text == outbox[number].text


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("MAIL", "552 5.3.4 Message size exceeds fixed limit"),
        ("MAIL", "552 Message size exceeds maximum permitted"),
        ("DATA", "554 5.3.4 Error: message file too big"),
        ("DATA", "552 5.2.3 Message exceeds maximum fixed size"),
        ("DATA", "552 4.3.1 Message size exceeds fixed maximum message size"),
    ],
)
def test_too_large_by_what_a_relay_answers_it_goes_once_without_its_files(
    tmp_path: Path, relay: Relay, command: str, reply: str
) -> None:
    outbox = Outbox(tmp_path, [{"url": relay.url}])
    relay.say(command, reply, times=1)
    number = outbox.put("erika@x.example", files=[named(outbox, "plan.pdf")])
    outbox.rounds(AT_ONCE, AT_ONCE)
    assert [letter.files for letter in relay.letters] == [{}]
    assert [(letter, result.state, result.lighter) for letter, result in outbox.told] == [
        (number, "pending", True),
        (number, "sent", False),
    ]


def test_a_running_sender_does_not_wait_to_send_it_again(tmp_path: Path) -> None:
    with Relay(size=100_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}])
        outbox.put("erika@x.example", files=[named(outbox, "plan.pdf")])
        outbox.with_sender(lambda sender: _until_arrived(sender, small), replace(CALM, poll=600))
    assert len(small.letters) == 1


async def _until_arrived(sender: Sender, relay: Relay) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(sender.run(stop))
    await relay.arrived(1)
    stop.set()
    await running


def test_it_keeps_its_files_while_a_relay_that_is_away_might_take_it(tmp_path: Path, relay: Relay) -> None:
    relay.go_away()
    with Relay(size=100_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}, {"url": relay.url}])
        outbox.put("erika@x.example", files=[named(outbox, "plan.pdf")])
        outbox.rounds(AT_ONCE)
        relay.come_back()
        outbox.rounds(SOON)
        assert (small.letters, list(relay.letters[0].files)) == ([], ["plan.pdf"])


def test_what_is_still_too_large_fails_for_good(tmp_path: Path) -> None:
    with Relay(size=100_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}])
        number = outbox.put("erika@x.example", text="A long story.\n" * 10_000, files=[named(outbox, "plan.pdf")])
        outbox.rounds(AT_ONCE, AT_ONCE)
        assert outbox[number].state == "failed"
        assert outbox[number].answer.startswith("too large for every relay, also without files: the letter has ")
        assert [result.state for _, result in outbox.told] == ["pending", "failed"]


def test_a_full_mailbox_is_no_letter_that_is_too_large(tmp_path: Path, relay: Relay) -> None:
    outbox = Outbox(tmp_path, [{"url": relay.url}])
    relay.say("DATA", "552 5.2.2 Mailbox full", times=1)
    number = outbox.put("erika@x.example", files=[named(outbox, "plan.pdf")])
    outbox.rounds(AT_ONCE)
    assert (outbox[number].state, len(outbox[number].files), relay.letters) == ("failed", 1, [])


# -- the words ---------------------------------------------------------------------------------------------------------


class Row:
    """What the words depend on."""

    def __init__(self, **values: Any) -> None:
        self.template, self.language, self.ticket, self.html = "reply", "en", 1042, ""
        self.text = "Dear Erika\n\n-- \nSupport · 1042\n"
        self.files = [{"name": "plan.pdf", "size": 12_000_000, "cid": None}]
        self.__dict__.update(values)


def lightened(**values: Any) -> Any:
    row = Row(**values)
    return without_files(row, Rendered(row.text, row.html))  # type: ignore[arg-type]  # as much of a row as it reads


def test_whoever_is_outside_reads_how_to_get_them_above_the_signature() -> None:
    text = lightened().text
    assert words_of(text) == (
        "Dear Erika Too large to send along: plan.pdf (12 MB). The files are kept here with number 1042; an answer to"
        " this mail is enough to get them in another way. -- Support · 1042"
    )
    assert "\n\n-- \nSupport · 1042\n" in text
    assert max(map(len, text.split("\n"))) <= 76


def test_in_german_it_addresses_nobody() -> None:
    assert words_of(lightened(language="de-AT").text).startswith(
        "Dear Erika Zu groß zum Mitschicken: plan.pdf (12 MB). Die Dateien liegen hier unter der Nummer 1042; eine"
        " Antwort auf diese Mail genügt, um sie auf anderem Weg zu bekommen."
    )


def test_an_agent_reads_that_they_are_at_the_ticket_below_the_list_of_files() -> None:
    rule = "─" * 40
    text = lightened(template="new_ticket", text=f"Help!\n\nFiles:\n  plan.pdf (12 MB)\n\n{rule}\nFrom  Erika\n").text
    assert words_of(text) == (
        "Help! Files: plan.pdf (12 MB) Too large to send along: plan.pdf (12 MB). The files are kept with the ticket;"
        f" an admin can take them out of its mails (`mailgate trace 1042`, `mailgate mail ID --raw`). {rule} From Erika"
    )


def test_names_are_neither_markup_nor_commands_nor_tokens() -> None:
    names = ["<b>.pdf", "a\n#take.txt", "1042.abcdefghijklmnopqrstuvw2@example.com"]
    files = [{"name": name, "size": 10, "cid": None} for name in names]
    letter = lightened(files=files, html="<body><p>Hi</p></body>")
    assert "&lt;b&gt;.pdf" in letter.html
    assert "<b>.pdf" not in letter.html
    assert not any(line.startswith("#") for line in letter.text.split("\n"))
    assert "abcdefghijklmnopqrstuvw2" not in letter.text + letter.html


def test_many_files_are_counted() -> None:
    files = [{"name": f"{number}.txt", "size": 10, "cid": None} for number in range(60)]
    assert "19.txt (10 bytes) and 40 more." in words_of(lightened(files=files).text)


def test_pictures_become_their_names_where_they_stood() -> None:
    html = '<body><p>Look:</p><img src="cid:plan@x" alt="a &gt; b" style="border:0"><p>Anna</p></body>'
    files = [{"name": "plan.png", "size": 10, "cid": "plan@x"}]
    letter = lightened(html=html, files=files)
    assert letter.html.startswith("<body><p>Look:</p>[picture: plan.png]<p>Anna</p><p")
    assert letter.html.endswith("</p>\n</body>")
    assert "<img" not in letter.html


def test_it_goes_without_files_by_the_only_relay_that_can_carry_its_address(tmp_path: Path) -> None:
    with Relay(smtputf8=False) as plain, Relay(size=100_000) as small:
        outbox = Outbox(tmp_path, [{"url": plain.url}, {"url": small.url}])
        outbox.put("jörg@x.example", files=[named(outbox, "plan.pdf")])
        outbox.rounds(AT_ONCE)
        assert ([each.files for each in small.letters], outbox.states()) == ([{}], ["sent"])
