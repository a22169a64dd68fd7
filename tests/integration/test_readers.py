"""Readers are never blocked and never see half a night."""


def test_readers_loop_through_a_whole_night_without_one_error(correction):
    for reader in correction.readers:
        assert reader["errors"] == []
        assert reader["reads"] > 10


def test_readers_see_the_old_edition_then_the_new_one(correction):
    assert correction.before != correction.after
    for reader in correction.readers:
        assert reader["seen"] == [correction.before, correction.after]
