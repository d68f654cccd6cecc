"""How the house is set up: settings, processes and their options. Nothing here imports the rest."""
