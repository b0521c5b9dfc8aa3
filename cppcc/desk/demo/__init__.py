"""The demo office: the fictitious city 云江市 with its people and the plans of three years."""
