"""Compiles the templates of all live pages to Python, as the web function's zip carries them.

`python -m infra.build.page_templates FOLDER` is run by itself and with a fixed hash seed: the same
templates are to make the same bytes in every build.
"""

import sys
from pathlib import Path

from flask import Flask

from functions.web import rendering


def compile_into(folder: Path) -> None:
    """Write one module for each template, for jinja2's ModuleLoader. Raises for one that is unsound."""
    app = Flask("templates", static_folder=None, template_folder=None)
    rendering.install(app)
    app.jinja_env.compile_templates(folder, extensions=["html"], zip=None, ignore_errors=False)


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]))
