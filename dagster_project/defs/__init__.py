"""One module per layer, in the order of the way of a figure."""
