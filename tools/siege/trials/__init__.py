"""One trial a module: what is tried and asked, and ``run(scratch)``, which returns a line of figures.

A trial raises AssertionError with a sentence when the service fails it. A new module here is found by itself.
"""
