"""Files of rows for runs that are cut into shards."""

import json

from labelled_lines import LINES


def rows(n_rows: int = 40, site: str = "a") -> str:
    lines = [line for lines in LINES.values() for line in lines]
    url = f"https://{site}.example/"
    return "".join(json.dumps({"url": url, "text": f"{lines[n % len(lines)]}\n{n:05}"}) + "\n" for n in range(n_rows))
