"""Employees, their employments, and who leads whom."""
