"""What every package stands on: database, clock, settings, files, mail and jobs. No domain."""
