"""Increments and a full build give the same rows, in whatever batches the returns come and wherever a night between them dies."""

from __future__ import annotations

import datetime as dt
import random

import nights
import pytest

from warehouse import editions

UNFINISHED = ("loaded", "build_up_to_gate", "build_scores_and_marts", "score_counterfactuals", "judge", "build_rest")
FIRST = dt.datetime(2024, 1, 1)
CORRECTIONS = [("51-tjj", "2019", {"E7": 12.5}), ("51-jyt", "2019", {"C7": 910000}), ("51-gat", "2019", {"C8": 3.2})]


def _deliveries(reduced: nights.Reduced) -> list[tuple[str, str, bytes]]:
    made = [
        (provider, f"更正 {number}.xlsx", nights.corrected(nights.sample_file(provider, year), cells))
        for number, (provider, year, cells) in enumerate(CORRECTIONS)
    ]
    return reduced.returns() + made


def _batches(deliveries: list, seed: int) -> list[list]:
    """Any order, cut at any place; a correction may come before what it corrects, a scheme after the figures."""
    chance = random.Random(seed)
    shuffled = chance.sample(deliveries, len(deliveries))
    cuts = sorted(chance.sample(range(1, len(shuffled)), 2))
    return [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


@pytest.mark.parametrize(("seed", "dies"), [(2012, False), (2024, True)])
def test_batches_give_the_edition_of_one_full_build(reduced, seed, dies):
    settings, chance = reduced.home(), random.Random(seed)
    driver, received = nights.Driver(settings), FIRST
    for number, batch in enumerate(_batches(_deliveries(reduced), seed)):
        for provider, name, content in batch:
            received += dt.timedelta(minutes=1)
            nights.drop(settings, provider, name, content, received.isoformat())
        if dies and number:  # the first night is a full build, whose crashes are test_crash's
            with pytest.raises(nights.Crash):
                driver.run(crash_after=chance.choice(UNFINISHED))
        step_by_step = driver.run()
    whole = reduced.from_landing(settings)
    at_once = nights.Driver(whole).run()
    assert at_once == step_by_step, _differences(settings, step_by_step, whole, at_once)
    assert _slips(whole) == _slips(settings)


def _slips(settings) -> dict[str, bytes]:
    return {path.relative_to(settings.slips).as_posix(): path.read_bytes() for path in settings.slips.rglob("*") if path.is_file()}


def _differences(settings, step_by_step, whole, at_once) -> list:
    nights.shutil.copytree(whole.editions / at_once, settings.editions / at_once)
    return editions.diff(settings, step_by_step, at_once)[:10]
