"""Labels register, practice cards and procurement profiles around a dialogue."""
