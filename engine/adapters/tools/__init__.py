"""Where tools run: in this process, or behind HTTP, MCP and OpenAPI."""
