"""How Sphinx makes the pages; nothing is loaded from a network when they are read."""

project = "Lost galaxies"
author = "the Lost galaxies course"
html_title = "Lost galaxies: clustering from pen and paper to 330,000 stars"
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # papermill has executed the notebooks
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_use_index = False  # the glossary is the index
html_copy_source = False
html_show_copyright = False
mathjax_path = "mathjax/tex-svg.js"
