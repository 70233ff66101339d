"""Ratios against the peers: same data, same work, same result, in one process."""
