"""A warehouse for one question: scores of any figures, suspicions of any figures, rules on trial. Never the home's own."""
