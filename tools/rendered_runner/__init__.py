"""A running person, computed and rendered, whose gait is known exactly.

The fixture clips are made here: a parametric gait (`gait`), posed on a skeleton (`pose`), skinned with a body made of
distance fields (`body`, `clothing`, `skinning`), filmed in a small gym (`scene`, `film`). Nothing is downloaded, and
the truth beside each clip comes from the gait itself at the exact instant of each event (`truth`), never from frames.

World frame, metres: x forward (the running direction), y to the runner's left, z up; the belt's surface is z = 0.
"""
