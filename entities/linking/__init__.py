"""Linking: names found in articles and linked, links and citations to copy, entities as data for other sites."""
