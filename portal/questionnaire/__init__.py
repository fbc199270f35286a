"""The shared question set: definition, loading, checking, versions, votes."""
