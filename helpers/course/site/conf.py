"""How Sphinx makes the pages; nothing is loaded from a network when they are read."""

import re

from docutils import nodes

project = "Lost galaxies"
author = "the Lost galaxies course"
html_title = "Lost galaxies: clustering from pen and paper to 330,000 stars"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["to_download"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # they come executed
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "The code"  # printed, too
autodoc_typehints = "none"  # the docstrings say it
autodoc_member_order = "bysource"
# Methods that scikit-learn adds for its own use.
autodoc_default_options = {
    "exclude-members": "set_fit_request, set_score_request, set_predict_request"
}
napoleon_use_ivar = True  # one line for an attribute
default_role = "code"  # of docstrings
copybutton_selector = "div.cell_input pre"  # not what a cell prints
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_js_files = [("choices.js", {"defer": "defer"})]
html_show_sourcelink = False
html_use_index = html_domain_indices = False  # the glossary is the index
html_copy_source = False
html_show_copyright = False
mathjax_path = "mathjax/tex-svg.js"

IMPORTED = re.compile(r"^from (helpers[\w.]*) import (.+)$", flags=re.MULTILINE)
# A name in highlighted code, or a name of a module: `check`, `kmeans.KMeans`.
NAME = re.compile(
    r'(?<!<span class="o">\.</span>)<span class="n">(\w+)</span>'
    r'(?:<span class="o">\.</span><span class="n">(\w+)</span>)?'
)


def setup(app) -> None:
    app.connect("autodoc-process-docstring", as_markup)
    app.connect("html-page-context", link_names)


def as_markup(app, what, name, obj, options, lines) -> None:
    """Formulas of a docstring stay as they stand: indented lines, and the bars of |x|."""
    text = re.sub(r"(?m)^(\S.*\n\n)(?=    )", r"\1::\n\n", "\n".join(lines))
    bars = re.sub(r"(?m)^(?!    |>>>).*", lambda line: line[0].replace("|", r"\|"), text)
    lines[:] = bars.split("\n")


def link_names(app, page, template, context, doctree) -> None:
    """Link what a page's code imports from `helpers` where the code names it."""
    known, objects = {}, app.env.domains["py"].objects
    for block in doctree.findall(nodes.literal_block) if doctree else []:
        for module, names in IMPORTED.findall(block.astext()):
            for name, alias in re.findall(r"(\w+)(?: as (\w+))?", names):
                known[alias or name] = f"{module}.{name}"

    def linked(match: re.Match) -> str:
        full = ".".join(filter(None, [known.get(match[1], ""), match[2]]))
        if full not in objects or objects[full].objtype == "module":
            return match[0]
        there = app.builder.get_relative_uri(page, objects[full].docname)
        return f'<a href="{there}#{objects[full].node_id}">{match[0]}</a>'

    if known:
        body = NAME.sub(linked, context["body"])
        # What is written on a fold is what a screen reader should say.
        context["body"] = body.replace(' aria-label="Toggle hidden content"', "")
