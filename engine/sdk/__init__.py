"""The pleasant way in: agents, journeys, tools and conversations."""
