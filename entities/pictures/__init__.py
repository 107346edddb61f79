"""Pictures as pure geometry: plain shapes out, with positions in per cent, for a template to place."""
