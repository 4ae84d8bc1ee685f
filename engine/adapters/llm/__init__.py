"""Language models behind the LLM port, and the wrappers around them."""
