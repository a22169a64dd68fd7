"""One module per layer, in pipeline order."""
