"""The provider's slip (核实通知单): a page for each return, the workbook sent back with comments, and the answers that return.

Belongs here: laying out what an edition already says about one provider's return, and what may be said to whom. Does not belong
here: any rule, any verdict, any score; nothing here judges. Imports `sources` (declarations, landing, safe reading) and reads an
edition's DuckDB file; never dagster, dbt or the warehouse itself.
Standing decisions: a slip holds its own provider's figures only (see `quotes`); nothing in page or workbook can execute; the
bytes depend on the edition, the declarations and the originals alone, never on the clock or the machine.
"""
