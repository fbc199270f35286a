"""Parley: public buyers of ICT ask the market together."""
