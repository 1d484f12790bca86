"""Which landmarks and frames count as seen, and which part of a clip is steady running."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CleaningSettings:
    """What counts as seen, and how much is smoothed."""

    min_visibility: float = 0.3  # MediaPipe says 0.6 to 0.99 for legs it sees, less than 0.2 when it guesses
    longest_gap_s: float = 0.1  # a longer gap may hide an event
    angle_cutoff_hz: float = 10.0  # within the 6 to 15 Hz of residual analysis for running (Winter 2009, ch. 3)
    cutoff_share_of_nyquist: float = 0.8  # a filter cannot be set above the frame rate's own limit


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Which part of the clip shows the runner well enough."""

    longest_absence_s: float = 0.25  # a console or an arm hides a runner no longer
    reach_trunks: float = 0.8  # further from where the trunk was last seen: another person, or another shot (`people`)
    size_ratio: float = 1.6  # so much larger or smaller: likewise
    facing_trunks: float = 0.15  # nose before shoulders and toes before heels, from the side; less shows no side
    min_frames: int = 20  # below it there is not one stride at 30 frames/s
    min_seen_frac: float = 0.8
    min_person_frac: float = 0.5  # seen in fewer frames, and without a gait: nothing worth calling a person
    min_leg_seen_frac: float = 0.5  # of the frames; a leg hidden longer leaves no rhythm to find
    feet_outside_frac: float = 0.15  # of frames with a foot cut off: strikes would be guesses


@dataclass(frozen=True, slots=True)
class PieceSettings:
    """Where one run of a clip ends and another piece begins."""

    longest_gap_s: float = 0.25  # without a picture: a third of a stride; dropped pictures leave shorter gaps
    longest_gap_frames: float = 3.0  # of the usual interval, where pictures are few
    still_s: float = 0.15  # the legs of a runner never stay longer
    still_share: float = 0.15  # of how far they usually move in that time
    # Of a stride, missing or too much. In 31 whole clips to 0.073; where beyond 0.03, at most 5 times its median.
    sure_leap_turns: float = 0.1
    least_leap_turns: float = 0.045
    least_leap_medians: float = 6.5
    arms_agree_turns: tuple[float, float] = (0.02, 0.15)  # with half of the legs' leap, at least and at most
    leap_room_strides: float = 0.3  # around the leap of the rhythm: where the body leaps
    least_window_strides: float = 0.6  # on each side of a leap
    least_seen_frac: float = 0.5  # of a joint's frames there
    least_swing_share: float = 0.5  # of a joint's variance that is one sinusoid a stride: 0.8 to 0.97 in runs
    least_strides: float = 1.0  # of a piece
    most_exchanged_frac: float = 0.3  # of a piece's frames: at half, which leg is which is unknown
    backward_share: float = 0.2  # how high and how fast forward feet are correlates 0.35 to 0.7 in runs


@dataclass(frozen=True, slots=True)
class SteadySettings:
    """Which part of the runner's time in the picture is steady running."""

    parting_levels: tuple[float, float] = (0.35, 0.7)  # of the ankles' usual distance: cuts 1 of 136 steady clips
    least_parting_ll: float = 0.15  # ankles that part less do not step
    min_intervals: int = 5  # fewer know no rhythm
    too_soon: float = 0.6  # of the usual step: the same foot cannot step again
    interval_ratio: float = 1.6  # longest to shortest step, medians of five; slow motion changes by 2 at least
    lift_ratio: float = 2.0  # highest to lowest lift, medians of five: to 1.6 in steady runs, 2.3 from walk to run
    running_lift_ll: float = 0.21  # of one ankle over the other: 0.24 to 0.7 in runs, 0.11 to 0.19 in walks
    room_steps: float = 1.5  # before the first and after the last step counted
