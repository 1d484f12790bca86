"""How the camera looks at the runner: view, roll, yaw, pitch, and the belt's line and speed."""
