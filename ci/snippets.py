"""The snippets of docs/calling.md are those of the programs: each region between two
`[name]` marks of a program, and the service config, stands in it word for word."""

import re
import sys
import textwrap
from pathlib import Path

page = Path("docs/calling.md").read_text()
clients = Path("tests/clients")
snippets = {"service_config.json": (clients / "service_config.json").read_text()}
for program in sorted(clients.glob("*/*.*")):
    if program.suffix in {".py", ".go", ".js"}:
        marked = re.findall(r"^ *(?:#|//) \[(\w+)\]\n(.*?)^ *(?:#|//) \[\1\]\n", program.read_text(), re.M | re.S)
        for name, text in marked:
            snippets[f"{program.name} [{name}]"] = textwrap.dedent(text)

different = 0
for name, text in snippets.items():
    if f"\n{text.strip()}\n```" not in page:
        different += 1
        print(f"FAILED   docs/calling.md has another text than {name}")
if not different:
    print(f"ok       docs/calling.md: {len(snippets)} snippets are those of the programs")
sys.exit(different > 0)
