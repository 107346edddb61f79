"""Curation: what comes from outside and is looked at before it is shown."""
