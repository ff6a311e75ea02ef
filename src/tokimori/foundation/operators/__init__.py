"""The provider's own people: their grants, their sessions in companies, what they did there."""
