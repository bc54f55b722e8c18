"""Lists the known advisories of what is installed, which the JSON of pip-audit on stdin tells."""

import json
import sys


def main() -> None:
    """Give a line for each advisory, and one for what could not be looked up."""
    try:
        packages = json.load(sys.stdin)["dependencies"]
    except ValueError:
        _say("- no advisories: their data can't be reached")
        return
    for package in packages:
        for advisory in package.get("vulns", ()):
            mended = ", ".join(advisory["fix_versions"]) or "no version yet"
            _say(f"! {package['name']} {package['version']}: {advisory['id']}, mended in {mended}")
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    _say(f"- advisories of {len(packages) - len(unknown)} packages looked up; {len(unknown)} could not be")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
