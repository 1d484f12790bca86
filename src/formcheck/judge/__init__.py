"""From measures to an assessment: what may be reported, the reference, findings and their advice."""
