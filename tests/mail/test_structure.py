"""The tree of parts: cut at the right lines, never deeper or wider than allowed."""

from __future__ import annotations

from mailgate.mail.prescan import prescan
from mailgate.mail.structure import Node, outline
from mailgate.settings.site import Limits
from tests.mail.writing import LIMITS, container, mail, part, with_parts


def tree(raw: bytes) -> list[tuple[str, bytes]]:
    """Media type and content of each leaf."""

    def leaves(node: Node) -> list[Node]:
        return [leaf for child in node.children for leaf in leaves(child)] if node.children else [node]

    return [(leaf.media_type, raw[leaf.begin : leaf.end]) for leaf in leaves(outline(raw, LIMITS)[0])]


def test_the_line_end_before_a_boundary_belongs_to_it() -> None:
    raw = with_parts("mixed", part("Content-Type: text/plain", body="one\r\n"), part(body="two"))
    assert tree(raw) == [("text/plain", b"one\r\n"), ("text/plain", b"two")]


def test_preamble_and_epilogue_are_no_parts() -> None:
    raw = (
        with_parts("mixed", part(body="one")).replace(b"\r\n\r\n--b1", b"\r\n\r\nThis is MIME\r\n--b1", 1) + b"the end"
    )
    assert tree(raw) == [("text/plain", b"one")]


def test_a_boundary_counts_only_as_a_whole_line() -> None:
    body = "x --b1\r\n--b1x\r\n--b\r\n -–b1\r\n--b1-- x"
    raw = with_parts("mixed", part(body=body), part(body="two"))
    assert tree(raw) == [("text/plain", body.encode()), ("text/plain", b"two")]


def test_a_boundary_line_written_twice_is_one() -> None:
    raw = with_parts("mixed", part(body="one"), part(body="two"))
    assert tree(raw.replace(b"--b1\r\n", b"--b1\r\n--b1\r\n")) == tree(raw)


def test_white_space_behind_a_boundary_is_no_difference() -> None:
    raw = with_parts("mixed", part(body="one"), part(body="two")).replace(b"--b1\r\n", b"--b1 \t\r\n")
    assert len(tree(raw)) == 2


def test_a_missing_closing_line_leaves_the_last_part_whole() -> None:
    raw = with_parts("mixed", part(body="one"), part(body="two")).replace(b"--b1--\r\n", b"")
    assert tree(raw)[1] == ("text/plain", b"two\r\n")


def test_containers_nest() -> None:
    inner = container("alternative", part("Content-Type: text/html", body="<p>"), boundary="b1b")
    assert tree(with_parts("mixed", inner, part(body="two"))) == [("text/html", b"<p>"), ("text/plain", b"two")]


def test_an_inner_container_with_the_boundary_of_the_outer_loses_no_part() -> None:
    inner = container("alternative", part(body="one"), part(body="two"), boundary="b1")
    assert [content for _, content in tree(with_parts("mixed", inner)) if content] == [b"one", b"two"]


def test_boundaries_may_be_long_and_look_like_expressions() -> None:
    for boundary in ("x" * 500, "a.*[b]+(c)?", "=_Part 1", "--"):
        raw = mail("Subject: x").partition(b"\r\n\r\n")[0] + b"\r\n"
        assert tree(raw + container("mixed", part(body="one"), boundary=boundary)) == [("text/plain", b"one")]


def test_a_boundary_is_found_however_far_behind_the_last_one_it_stands() -> None:
    for length in (*range(16_300, 16_400), 100_000):
        raw = with_parts("mixed", part(body="-" * length), part(body="two"))
        assert [len(content) for _, content in tree(raw)] == [length, 3]


def test_so_is_one_that_no_mail_program_writes() -> None:
    head = mail("Subject: x").partition(b"\r\n\r\n")[0] + b"\r\n"
    for boundary in ("x" * 500, "x" * 20_000, "a(b)+c", "übung"):
        far, near = part(body="one" * 10_000), part(body="two")
        assert len(tree(head + container("mixed", far, near, boundary=boundary))) == 2


def test_a_container_that_is_encoded_is_not_cut() -> None:
    raw = with_parts("mixed", part(body="one"), fields=("Content-Transfer-Encoding: base64",))
    assert outline(raw, LIMITS)[0].children == ()


def test_parts_of_a_digest_are_mails() -> None:
    assert tree(with_parts("digest", part(body="From: a@b.test\r\n\r\nx")))[0][0] == "message/rfc822"


def test_lf_alone_ends_lines_as_well() -> None:
    raw = with_parts("mixed", part(body="one"), part(body="two")).replace(b"\r\n", b"\n")
    assert [content for _, content in tree(raw)] == [b"one", b"two"]


def deep(levels: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return b"From: a@b.test\r\n" + head + b"\r\nx"


def test_nesting_ends_at_the_limit() -> None:
    assert prescan(deep(LIMITS.depth), LIMITS) == ()
    for levels in (LIMITS.depth + 1, 1_000, 5_000):
        assert prescan(deep(levels), LIMITS) == ("parts are nested more than 20 levels deep",)


def test_mails_attached_to_attached_mails_count_as_nesting() -> None:
    head = b"Content-Type: message/rfc822\r\n\r\n"
    assert prescan(head * 5 + b"\r\nx", LIMITS) == ()
    assert prescan(head * 3_000 + b"\r\nx", LIMITS) == ("parts are nested more than 20 levels deep",)


def test_parts_end_at_the_limit() -> None:
    assert prescan(with_parts("mixed", *[part(body="x")] * 200), LIMITS) == ()
    for count in (500, 2_000, 50_000):
        assert prescan(with_parts("mixed", *[part(body="x")] * count), LIMITS) == ("more than 500 parts",)


def test_headers_end_at_their_limits() -> None:
    small = Limits(headers_size=2000, field_size=500, fields=20, encoded_words=5)
    assert prescan(mail("Subject: x"), small) == ()
    assert prescan(mail(*[f"X-{n}: {'a' * 400}" for n in range(9)]), small) == ("the header is larger than 2000 bytes",)
    assert prescan(mail("X: " + "a" * 600), small) == ("a header field is larger than 500 bytes",)
    assert prescan(mail(*["X: y"] * 30), small) == ("more than 20 header fields",)
    assert prescan(mail("X: " + "=?utf-8?q?a?= " * 6), small) == ("more than 5 encoded words in the header",)


def test_a_body_is_not_measured_by_the_limits_of_headers() -> None:
    assert prescan(mail("Subject: x", body="=?utf-8?q?a?= \r\n--\r\nX: y\r\n" * 20_000), LIMITS) == ()
