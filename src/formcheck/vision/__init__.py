"""What pictures show: the runner's landmarks, the shoes around strikes and toe-offs, and the room's upright edges."""
