"""What people see on the terminal, one module a printed answer: Chinese first, English beside. Tables are for people; machines get `--csv` or the marts."""
