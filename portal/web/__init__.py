"""The HTTP toolkit: guard, pages, fields, transaction, language."""
