"""formcheck: where a treadmill runner's feet land and how the trunk leans, measured from a clip."""
