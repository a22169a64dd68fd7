"""Statistical detectors on panels: pure functions of arrays, calibrated on accepted data. No rule text, no table, no engine here."""
