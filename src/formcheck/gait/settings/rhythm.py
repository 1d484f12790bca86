"""How the stride is recognised, and when a clip plays slower than real time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhaseSettings:
    """How the stride is recognised in the separation of the ankles."""

    shortest_stride_s: float = 0.2  # 600 steps/min: a run played at three times its speed is not to pass for its half
    longest_stride_s: float = 7.5  # a 160 steps/min runner played 10 times slower
    min_periodicity: float = 0.45  # autocorrelation at one stride; steady runners reach 0.7 to 0.99
    min_strides: float = 1.6  # less could be a coincidence
    first_peak_share: float = 0.8  # of the highest peak: two strides repeat as well as one
    # Of two steps, which differ more than strides do: one leg is further away. Half a step repeats not at all.
    first_step_share: float = 0.4


@dataclass(frozen=True, slots=True)
class TimeSettings:
    """Which cadence is human, and when a clip plays slowly."""

    running_cadence_per_min: tuple[float, float] = (138.0, 225.0)  # recreational to sprint
    possible_cadence_per_min: tuple[float, float] = (120.0, 280.0)  # of a run: the slowest jog to a sprint
    walking_cadence_per_min: tuple[float, float] = (85.0, 135.0)  # a stroll to a race walk's beginning
    walking_margin: float = 0.5  # of the hips' height at mid-stance against at flight (`is_walking`)
    running_fall_g: tuple[float, float] = (0.6, 2.5)  # theory 0.67 to 2, measured 0.99 to 2.4 (`find_fall_g`)
    # Of the fall, over what contact asks for (`fall_by_contact_g`): 0.68 to 1.35 in 50 clips, 1.9 in one that skips;
    # played 1.25 times faster above this in 43 of 49 (SD 12 % between runners, the fall grows by 56 %).
    usual_fall_share: tuple[float, float] = (0.66, 1.45)
    leg_length_m: float = 0.86  # adults' 0.86 +- 0.06 (`scale.USUAL_LEG_M`): 7 % in the fall, which spans a factor of 4
    fastest_factor: float = 0.9  # below it the clip would play faster than life: a slip, or a time lapse
    factors: tuple[float, ...] = (2.0, 4.0, 8.0)  # what phones bake in
    film_fps: tuple[float, float] = (23.5, 24.5)  # on a film's clock 60, 120 and 240 fps play by other factors as well
    film_factors: tuple[float, ...] = (2.5, 5.0, 10.0)
    usual_cadence_per_min: float = 168.0  # of the reference runners at 2 to 4.5 m/s; decides between two that fit
    clearly_slow_factor: float = 1.2  # a tag of 30 on a clip of 29.97 is no slow motion
