"""What is declared: forms, providers, channels, registers, working days. Every mistake is one sentence with file and line."""
