"""The frozen records that flow between stages: tracks, the skeleton, reports, errors."""
