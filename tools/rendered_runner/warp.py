"""From the straight, still picture to the one a shaken phone's lens gives."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.camera import Camera
from tools.rendered_runner.textures import Image


class Warp:
    """Bends pictures of a pinhole on a tripod, `Camera.without_bends`, as lens and hand of a camera do."""

    def __init__(self, camera: Camera, pinhole: Camera) -> None:
        self._camera = camera
        self._pinhole = pinhole
        flat = camera.unbent_rays()
        self._rays = np.concatenate([flat, np.ones((*flat.shape[:2], 1))], axis=-1).astype(np.float32)

    def bend(self, straight: Image, time_s: float) -> Image:
        """Return the picture at an instant, shape (height, width, 3): exact but for interpolation between pixels."""
        where = self.where(time_s)
        return np.asarray(
            cv2.remap(straight, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        )

    def where(self, time_s: float) -> NDArray[np.float32]:
        """Where in the straight picture each pixel comes from: column and row for `cv2.remap`, (height, width, 2)."""
        undo = self._camera.shake.turn(time_s).astype(np.float32)  # rays are rows: multiplying by the turn undoes it
        seen = self._rays @ undo
        centre = np.array(self._pinhole.centre_px) - 0.5  # remap counts from pixels' middles
        px = self._pinhole.focal_px * seen[..., :2] / seen[..., 2:] + centre
        return np.asarray(px, np.float32)
