"""What the engine speaks about: frozen values with no input or output, no concurrency and no third-party import."""
