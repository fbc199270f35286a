"""Benchmarks: ratios of the portal to small floor programs, measured in one run.

They print; they decide no test, since shared machines are noisy.
"""
