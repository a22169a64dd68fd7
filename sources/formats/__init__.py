"""Bytes to grids of text: xlsx, xls, ods, delimited text, with limits on what a file may cost. Knows no form."""
