"""Half-up (away from zero) on fractions."""

from fractions import Fraction


def half_up(x, digits: int) -> Fraction:
    scaled = abs(Fraction(x)) * 10**digits * 2
    whole = (scaled.numerator // scaled.denominator + 1) // 2
    return Fraction(whole if x >= 0 else -whole, 10**digits)
