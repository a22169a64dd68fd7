"""准绳 Zhunsheng: the warehouse behind government performance management."""
