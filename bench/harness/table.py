"""The table of results: what was measured, the number, its bar, and whether it was met."""

import datetime
import platform
from dataclasses import dataclass
from typing import Optional


@dataclass
class Row:
    what: str
    number: str
    bar: Optional[str] = None
    met: Optional[bool] = None
    note: str = ""


def processor():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def heading():
    return f"{datetime.date.today().isoformat()}, {processor()}, Linux {platform.release()}\n"


def render(rows):
    verdict = {True: "met", False: "**missed**", None: ""}
    cells = [["what", "measured", "bar", "", "note"]]
    cells += [[row.what, row.number, row.bar or "", verdict[row.met], row.note] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
