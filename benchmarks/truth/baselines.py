"""What people use today: z-score, modified z, min-max bounds as DHIS2 sets them, isolation forest. Scores [U,I], larger = odder.

As shipped: raw values, no season taken away. The isolation forest needs scikit-learn (extra `bench`); without it, it is
left out and the table says so.
"""

from __future__ import annotations

import numpy as np

from expectations.detectors.panel import Panel

NAMES = ("z", "modified z", "min-max", "forest, values", "forest, features")


def scores(panel: Panel) -> dict[str, np.ndarray]:
    """All baselines that can run."""
    x = panel.values
    mean, sd = x.mean(2, keepdims=True), x.std(2, keepdims=True) + 1e-9
    median = np.median(x, axis=2, keepdims=True)
    spread = np.median(np.abs(x - median), axis=2, keepdims=True) + 1e-9
    earlier, later = x[:, :, :-12], x[:, :, -12:]
    low, high = earlier.min(2, keepdims=True), earlier.max(2, keepdims=True)
    out = {
        "z": np.abs((x - mean) / sd).max(2),
        "modified z": np.abs(0.6745 * (x - median) / spread).max(2),
        "min-max": (np.maximum(later - high, low - later) / (high - low + 1e-9)).max(2),
    }
    return out | _forests(x)


def _forests(x: np.ndarray) -> dict[str, np.ndarray]:
    try:
        from sklearn.ensemble import IsolationForest
    except ImportError:
        return {}
    U, I, T = x.shape
    logs = np.log(x)
    z = (logs - logs.mean(2, keepdims=True)) / (logs.std(2, keepdims=True) + 1e-9)
    step = np.diff(z, axis=2, prepend=z[:, :, :1])
    points = np.stack([z, step], axis=-1)
    forest = IsolationForest(n_estimators=100, random_state=0).fit(points.reshape(-1, 2)[:: max(U * I * T // 20000, 1)])
    # a series is as odd as its oddest month; the candidates are its highest, its lowest and its two largest steps
    candidates = np.stack([z.argmax(2), z.argmin(2), step.argmax(2), step.argmin(2)], axis=-1)
    chosen = np.take_along_axis(points, candidates[..., None], axis=2)
    values = -forest.score_samples(chosen.reshape(-1, 2)).reshape(U, I, 4).max(2)
    d = np.diff(logs, axis=2)
    lag = lambda k: (z[:, :, k:] * z[:, :, :-k]).mean(2)  # noqa: E731
    features = np.stack(
        [d.mean(2), d.std(2), np.abs(z).max(2), (z**3).mean(2), (z**4).mean(2), lag(1), lag(12), np.median(np.abs(d), axis=2), np.abs(np.diff(d, axis=2)).min(2), (d == 0).mean(2)],
        axis=-1,
    ).reshape(-1, 10)
    forest = IsolationForest(n_estimators=100, random_state=0).fit(features)
    return {"forest, values": values, "forest, features": -forest.score_samples(features).reshape(U, I)}
