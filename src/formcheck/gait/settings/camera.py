"""View, heading, the camera's turns and the belt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SceneSettings:
    """View, heading and the line the belt draws."""

    side_max_width_ratio: float = 0.42  # shoulder width / trunk length as pictured; 0.1 to 0.35 in true side views
    end_on_min_width_ratio: float = 0.52  # a runner seen from the front or behind shows 0.6 to 0.9
    shoulders_per_trunk: float = 0.75  # shoulder joints' distance over trunk length (Winter 2009, fig. 4.1)
    hips_per_trunk: float = 0.36  # hip joint centres' distance over trunk length (Winter 2009, fig. 4.1)
    good_fps: float = 50.0  # below it motion between frames costs accuracy (Sports2D docs)
    # Of the shoulders: runners 0.15 to 0.26, walkers 0.04 to 0.11 on real clips; a fast rendered runner 0.12.
    least_bounce_trunks: float = 0.1
    # Of the runner within a clip, either way: side views 1.00 to 1.16, one who sprints away from the camera 1.7. There
    # the view turns as well, and strikes come out 0.06 to 0.12 s late.
    largest_growth: float = 1.3
    min_leg_px: float = 60.0  # below it one landmark pixel is more than 1.5 % of the leg
    riding_stance: tuple[float, float] = (0.15, 0.65)  # share of contact in which ankle and heel ride (force plates)
    flat_stance: tuple[float, float] = (0.2, 0.5)  # share of contact before the heel lifts: what draws the belt's line
    upright_within_deg: float = 60.0  # shoulders above ankles: a sprinter leans by 45, a clip on its side shows 90
    # In natural logarithms. 40 clips, rendered and real, are off by 0.044 (SD), the worst by 0.12. Squeezed to three
    # quarters or widened by four thirds (0.29), four real clips show 0.00 to 0.28, four of eight more than this: a pose
    # model draws bodies as it was taught. Of nose to ear and of the foot, over the trunk, it draws half of the change.
    largest_stretch_log: float = 0.13
    min_shank_frames: int = 10  # with the shank nearer to level than to upright, and the other way round
    shank_scatter_frac: float = 0.05  # of its length, beyond which a frame counts for less
    largest_roll_deg: float = 12.0  # a phone propped worse than that is seen by its owner
    roll_prior_deg: float = 1.3  # how level most people prop a phone: RMS in eleven real clips with upright edges
    tilted_share: float = 0.1  # of phones not propped level, or leaning on something: one in 16 real clips (by 4 deg)
    tilted_spread_deg: float = 8.0  # how far those are turned: two thirds of the largest roll
    steep_roll_deg: float = 7.0  # room edges turned further may be a row of treadmill posts (a gym clip: 8 deg)
    steep_edges_share: float = 0.75  # how far such edges are believed before the belt's line is seen
    largest_belt_slope_deg: float = 25.0  # of one foot: the largest roll, and the 9 deg that one foot may be off
    belt_slope_spread_deg: float = 3.0  # MediaPipe's feet draw a level belt with this error (rendered and real clips)
    body_yaw_spread_deg: float = 3.0  # MediaPipe's shoulders and hips show the yaw with this error (rendered runners)
    same_yaw_deviations: float = 2.5  # level edges further than this from the body's yaw are another wall's
    oblique_yaw_deg: float = 14.0  # beyond it reach is foreshortened by 3 % and the hips' width leaks in
    largest_yaw_deg: float = 30.0  # beyond it a side view is one in name only
    still_hip_share: float = 0.25  # treadmill: the hip's own travel against the belt's
    slowest_run_ll_s: float = 1.0  # of the feet under the body, 3 km/h: the slowest jog has 1.3; less is on the spot
