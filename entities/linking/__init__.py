"""How others link to the base: names found in a text, permalinks, cards, citations."""
