"""What every package stands on: database, clock, settings, files, mail and jobs. Knows no domain."""
