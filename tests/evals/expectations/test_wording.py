"""Looking for phrases in texts as whole words."""

import pytest

from understudy.evals.expectations.wording import mentions, words_of


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("See you on Monday!", "monday"),
        ("Votre café est prêt.", "CAFE EST"),
        ("your  order\nnumber", "order number"),
        ("We don’t ship there", "don't"),
        ("a follow-up call", "follow up"),
        ("It costs €5.00, or 20%.", "€5.00"),
        ("at 2:30 PM", "2:30 pm"),
        ("C++ and C", "c++"),
        ("Straße", "STRASSE"),
        ("您的订单已发货", "订单"),
    ],
)
def test_case_accents_spacing_and_punctuation_make_no_difference(text: str, phrase: str) -> None:
    assert mentions(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("rebooked", "booked"),
        ("order your number", "order number"),
        ("It costs 15.00", "5.00"),
        ("It costs 5.00", "5"),
        ("20", "20%"),
        ("", "anything"),
    ],
)
def test_only_whole_words_one_after_another_count(text: str, phrase: str) -> None:
    assert not mentions(text, phrase)


def test_signs_are_words_and_punctuation_is_not() -> None:
    assert words_of("Well -- (yes), €20 = 20%…") == ("well", "yes", "€", "20", "=", "20", "%")
