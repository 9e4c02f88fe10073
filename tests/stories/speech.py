"""What the people of a story say, once in English and once in German."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Speech:
    """One language: the agent who speaks it, words of both sides, commands, and phrases our letters must use."""

    language: str
    agent: str
    agent_name: str
    agent_email: str
    request: str
    answer: str
    question: str
    resolve: str
    close: str
    reply: str
    thanks_for_writing: str
    asks_for_answer: str
    open_again_by_answering: str
    answer_to: str
    told_of_reply: str


ENGLISH = Speech(
    language="en",
    agent="Anna Alt <anna@example.com>",
    agent_name="Anna Alt",
    agent_email="anna@example.com",
    request="Dear team,\n\nsince this morning the printer on our floor has been on fire. Could you help us?\n\nErika",
    answer="Dear Erika,\n\nplease throw some water on it.\n\nKind regards\nAnna",
    question="#question\nWhich floor is it on?",
    resolve="#resolve\nThe printer was replaced.",
    close="#close",
    reply="Hello Anna,\n\nit is the third floor, where the fire is.",
    thanks_for_writing="Your message has arrived and has the number 1001.",
    asks_for_answer="We need your answer to go on",
    open_again_by_answering="Just answer this mail, and we open it again.",
    answer_to="Answer to Erika Krause",
    told_of_reply="has opened #1001 again",
)
GERMAN = Speech(
    language="de",
    agent="Ben Beck <ben@example.com>",
    agent_name="Ben Beck",
    agent_email="ben@example.com",
    request="Guten Tag,\n\nseit heute Morgen brennt der Drucker bei uns im Flur. Können Sie uns bitte helfen?\n\nErika",
    answer="Guten Tag Frau Krause,\n\nbitte gießen Sie etwas Wasser darauf.\n\nViele Grüße\nBen",
    question="#rückfrage\nIn welchem Stockwerk ist das?",
    resolve="#gelöst\nDer Drucker wurde ersetzt.",
    close="#schließen",
    reply="Guten Tag,\n\nes ist im dritten Stock, dort wo das Feuer ist.",
    thanks_for_writing="Ihre Nachricht ist angekommen und hat die Nummer 1001.",
    asks_for_answer="brauchen wir Ihre Antwort",
    open_again_by_answering="Antworten Sie einfach auf diese Mail",
    answer_to="Antwort an Erika Krause",
    told_of_reply="Durch diese Antwort ist #1001 wieder offen",
)

in_both_languages = pytest.mark.parametrize("say", [ENGLISH, GERMAN], ids=["english", "german"])
