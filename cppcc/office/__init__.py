"""The ground: people, organisations, posts, who may, regulations, settings, profiles, navigation."""
