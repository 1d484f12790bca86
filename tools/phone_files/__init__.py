"""Files as phones, apps and accidents make them, written by recipe from one rendered runner whose pictures are known.

``python -m tools.phone_files DIR`` writes them all and tells what formcheck reads in each; the test suite does the same
with small pictures.
"""
