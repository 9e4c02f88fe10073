"""Servers and other outside things that tests need to be real but obedient; each with its own small test."""
