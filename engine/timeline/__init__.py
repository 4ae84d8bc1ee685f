"""The events of a session: putting them there, reading them before the agent does, and taking them back."""
