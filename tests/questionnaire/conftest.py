"""Property tests here have no deadline: machines are shared, and no test measures time."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
