"""How the stars are made, and the rule of chapter 07 on stars that nobody has seen."""
