"""A simulated official: knows a labelled case, talks with the assistant as people do, and judges what it says."""
