"""The chapters, and what each of them alone needs: pictures, texts, exercises.

This file makes the folder a package, so that it is found before an installed one that
is called notebooks too.
"""
