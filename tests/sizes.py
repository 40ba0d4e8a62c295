"""How long our functions and files are, for ``make check``; the aim: a median of 4–11 lines, nine in ten under 32."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def lengths(path: Path) -> list[int]:
    """Lines of each function of a file, its docstring not counted."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            end = node.end_lineno or node.lineno
            found.append(end - body[0].lineno + 1 if body else 0)
    return found


def main() -> None:
    """Print the figures of the product."""
    files = sorted([*ROOT.glob("hd_bridge/**/*.py"), *ROOT.glob("tracking_site/**/*.py")])
    functions = sorted(length for path in files for length in lengths(path))
    lines = [len(path.read_text().splitlines()) for path in files]
    ninth = functions[int(len(functions) * 0.9)]
    print(
        f"{len(functions)} functions: median {statistics.median(functions):.0f} lines, nine in ten under {ninth + 1}; "
        f"{len(files)} files: median {statistics.median(lines):.0f}, longest {max(lines)}"
    )


if __name__ == "__main__":
    main()
