"""`--scenarios-budget`, `--scenarios-price`: what may be spent, by all workers together."""

import pytest

from understudy.engine.adapters.provider import import_litellm

# Once, and not anew by a run of pytest within pytest, which would leave half of it behind.
import_litellm()

PAID = ("--scenarios-model", "openai/small")


def test_a_model_without_a_known_price_is_not_asked_on_a_budget(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", *PAID, "--scenarios-budget", "1", "-k", "greets")
    assert result.ret == 16
    result.stdout.fnmatch_lines(["*greets is inconclusive, budget: the price of the model * is not known*"])


def test_workers_share_one_purse_and_it_is_put_away(pytester: pytest.Pytester, clinic) -> None:
    pytest.importorskip("xdist", reason="workers need pytest-xdist")
    clinic()
    result = pytester.runpytest_subprocess(
        "--scenarios", *PAID, "--scenarios-budget", "0", "--scenarios-price", "0.15/0.60", "-n", "2"
    )
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*of the budget of $0 there is $0 left; nothing was asked*"])
    assert not list(pytester.path.glob(".understudy/budget-*"))


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("budget", "lots", "'lots' is no amount of USD"),
        ("budget", "-1", "'-1' is no amount of USD"),
        ("price", "0.15", "'0.15' is no price*0.15/0.60"),
    ],
)
def test_what_is_no_amount_is_refused(pytester: pytest.Pytester, clinic, option: str, value: str, says: str) -> None:
    clinic()
    result = pytester.runpytest_inprocess("--scenarios", f"--scenarios-{option}={value}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{says}*"])


def test_a_budget_of_nothing_in_a_file_is_one(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    pytester.makepyprojecttoml("[tool.understudy]\nbudget = 0\nprice = '0.15/0.60'\n")
    result = pytester.runpytest_inprocess("--scenarios", *PAID, "-k", "greets")
    result.stdout.fnmatch_lines(["*greets is inconclusive, budget: *"])
