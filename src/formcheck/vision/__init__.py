"""What pictures show: the runner's landmarks and the room's upright edges."""
