"""The workbook that a provider fills."""
