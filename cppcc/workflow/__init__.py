"""The one writer of state: transitions, movements, waiting duties, approval chains, sittings, versions."""
