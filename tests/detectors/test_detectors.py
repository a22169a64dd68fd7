"""Each detector: a made-up series that it must see, the same series honest, and too few points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.truth import families
from benchmarks.truth.panel import Honest, honest
from expectations.detectors import copies, external, identities, jumps, ranking, revisions, season, smoothness, targets
from expectations.detectors.calibration import Law
from expectations.detectors.panel import Panel
from expectations.detectors.residuals import leave_one_out_median, residuals, rolling_mean, rolling_variance

MAKE = Honest(units=60, cities=6, indicators=6)
WHO = (7, 2)


@pytest.fixture(scope="module")
def plain() -> Panel:
    return honest(1, MAKE)


def bent(plain: Panel, name: str, strength: int = 2) -> Panel:
    """One series bent by one family."""
    kind = families.load()[name]
    panel = replace(plain, values=plain.values.copy(), first=plain.first.copy(), rate=plain.rate.copy(), hidden=plain.hidden | {"donors": [], "source": plain.values})
    kind.apply(panel, np.random.default_rng(3), *WHO, strength)
    families._settle(plain, panel, *WHO, kind)
    return panel


SEES = {
    "bunching": ("target_bunching", lambda p, r: targets.bunching(p)),
    "exact_hits": ("exact_target", lambda p, r: targets.exact_hits(p)),
    "surge": ("dec_surge", lambda p, r: season.surge(p, r)),
    "straight": ("linear_interp", lambda p, r: smoothness.straight(p, r)),
    "copied_year": ("copy_last_year", lambda p, r: smoothness.copied_year(p, r)),
    "too_smooth": ("too_smooth", lambda p, r: smoothness.too_smooth(p, r)),
    "copied_peer": ("copy_peer", lambda p, r: copies.copied_peer(p, r)),
    "spikes": ("spikes", lambda p, r: external.spikes(p, r, external.sources(p))),
    "jumps": ("spikes", lambda p, r: jumps.jumps(p, r)),
    "revision_bias": ("revision_bias", lambda p, r: revisions.revision_bias(p)),
    "identity": ("identity_break", lambda p, r: identities.ratio_identity(p)),
}


@pytest.mark.parametrize("name", SEES)
def test_sees_what_it_is_for(plain, name):
    family, score = SEES[name]
    before = score(plain, residuals(plain))
    panel = bent(plain, family)
    after = score(panel, residuals(panel))
    assert after[WHO] > before[WHO]
    assert after[WHO] >= np.nanquantile(before, 0.97), "not among the oddest 3 % of honest series"


def test_too_few_points_are_no_score(plain):
    short = replace(plain, values=plain.values[:, :, :12], totals=None, proxies=None, targets=None, first=None, rate=None, denominator=None)
    scored = ranking.scores(short)
    speaks = {"last_digits", "spikes"}  # twelve figures suffice for these two
    assert {name for name, x in scored.items() if np.isfinite(x).any()} <= speaks
    everything = ranking.scores(replace(plain, totals=None, proxies=None))
    assert not np.isnan(everything["bunching"]).all()


def test_pair_is_named(plain):
    panel = bent(plain, "copy_peer")
    _, partner, since = copies.copied_peer(panel, residuals(panel), with_pairs=True)
    donor, indicator = panel.hidden["donors"][0]
    assert partner[WHO] == donor and since[WHO] >= 0
    assert partner[donor, indicator] == WHO[0], "the donor is as conspicuous as the copier: report the pair"


def test_small_counts_that_repeat_are_not_constant():
    """Ones and twos tie by nature: a run of equal values must not look like an interpolation."""
    rng = np.random.default_rng(5)
    values = np.maximum(rng.poisson(2, (40, 1, 60)), 1).astype(float)
    panel = Panel(values, np.ones((40, 1)), np.zeros((40, 1), bool), np.arange(40) % 4)
    r = residuals(panel)
    assert (smoothness.straight(panel, r) < 12).all() and (copies.copied_peer(panel, r) < 12).all()


def test_bunching_test_is_a_binomial():
    assert targets.bunching_test(50, 50)["log10_p"] == pytest.approx(np.log10(0.5398), abs=0.01)
    assert targets.bunching_test(790, 33654)["log10_p"] < -6000  # finite where the exact tail underflows
    assert targets.bunching_test(0, 0)["n"] == 0


def test_rolling_sums_agree_with_numpy():
    x = np.random.default_rng(0).normal(size=(3, 20))
    windows = np.lib.stride_tricks.sliding_window_view(x, 6, axis=1)
    assert np.allclose(rolling_variance(x, 6), windows.var(-1, ddof=1))
    assert np.allclose(rolling_mean(x, 6), windows.mean(-1))


def test_leave_one_out_median_leaves_one_out():
    x = np.random.default_rng(0).normal(size=(10, 2, 3))
    found = leave_one_out_median(x, np.repeat([0, 1], 5))
    assert np.allclose(found[3], np.median(x[[0, 1, 2, 4]], axis=0))


def test_law_gives_uniform_p_and_keeps_nan():
    rng = np.random.default_rng(1)
    law = Law.of(rng.normal(size=20000))
    p = law.p(rng.normal(size=20000))
    assert abs((p <= 0.01).mean() - 0.01) < 0.003 and abs((p <= 0.001).mean() - 0.001) < 0.001
    assert law.p(np.array([8.0]))[0] < 1e-5 < law.p(np.array([3.0]))[0]
    assert np.isnan(law.p(np.array([np.nan]))).all() and np.isnan(Law.of(np.ones(5)).p(np.ones(3))).all()


def test_benjamini_hochberg():
    p = np.array([0.001, 0.02, 0.03, 0.9, np.nan])
    assert ranking.benjamini_hochberg(p, 0.1).tolist() == [True, True, True, False, False]
    assert not ranking.benjamini_hochberg(np.array([0.5, np.nan])).any()


def test_short_series_leave_one_out():
    z = jumps.leave_one_out_z(np.array([[100.0, 101, 99, 250, 102, 98]]))
    assert z[0, 3] > 10 and abs(z[0, 0]) < 3 and np.isnan(jumps.leave_one_out_z(np.ones((1, 3)))).all()


def test_culprit_rather_than_sibling():
    """A city's excess goes to the county whose own path moves with it, not to its siblings."""
    calm = Honest(units=40, cities=4, indicators=20, shift_rate=0, shock_rate=0, proxied=0.0, total_shift_rate=0)
    panel = honest(3, calm)
    panel.values = panel.values.copy()
    big = int(np.argmax(np.where(panel.group == 0, panel.values[:, 3].sum(-1), 0)))
    panel.values[big, 3, 36:] *= 1.25
    odds = external.drift(panel, residuals(panel), external.sources(panel))[:, 3]
    city = np.flatnonzero(panel.group == 0)
    assert city[np.argmax(odds[city])] == big and odds[big] > 4
    assert np.sort(odds[city])[-2] < odds[big] - 3
