"""From an article to our pages: names found in its text, and the same text with links."""
