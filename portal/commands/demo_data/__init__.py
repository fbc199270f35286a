"""The demo: an invented dialogue with believable content, made only by what people can do."""
