"""The HTTP service around formcheck: clips in, assessments out, each owner sees only their own."""
