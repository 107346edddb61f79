"""The linker: which entities an article speaks of, and where."""
