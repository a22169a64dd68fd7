"""HOW AN OFFICE JUDGES: schemes as data, their linter, the gate that lets them into a year, weights, scoring methods. Knows no warehouse."""
