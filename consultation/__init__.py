"""The annual consultation plan: suggestions, topics, approval, issue, the counties' adoption."""
