"""The HTTP service around formcheck: clips in, assessments out, nobody sees another's."""
