"""What the chapters import lies beside them.

This file makes the folder a package, so that another folder called notebooks, beside a
copy of a chapter, is not taken for it.
"""
