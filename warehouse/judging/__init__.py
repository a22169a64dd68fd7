"""What a build asks of Great Expectations: the door between typed figures and violations, and the proof of the rules."""
