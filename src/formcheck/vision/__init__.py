"""What pictures show: the runner's landmarks, the shoes around each strike and toe-off, and the room's upright edges."""
